namespace EtlWorker.Definitions;

/// <summary>What is wrong with a definition.</summary>
/// <param name="Path">JSON path of what is meant, <c>$.feeds[0].delimiter</c>; it need not stand in the document.</param>
/// <param name="Message">What is wrong and what to do, for a person.</param>
internal sealed record DefinitionFault(string Path, string Message)
{
    /// <summary>Where in the document, if that is elsewhere than at the path: at a property's name, for one.</summary>
    public DocumentPlace? Place { get; init; }
}
