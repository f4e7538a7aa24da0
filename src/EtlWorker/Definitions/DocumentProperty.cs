namespace EtlWorker.Definitions;

/// <summary>A property of an object in a JSON document.</summary>
/// <param name="Name">Without quotes and escapes.</param>
/// <param name="Place">Where its name stands.</param>
/// <param name="Value">Its value.</param>
internal sealed record DocumentProperty(string Name, DocumentPlace Place, DocumentNode Value);
