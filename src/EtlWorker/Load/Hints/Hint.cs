namespace EtlWorker.Load.Hints;

/// <summary>What refused values seem to be, and the option of the definition that takes them. Holds the form, never a value.</summary>
/// <param name="What">Follows "seem to", such as <c>have a decimal comma</c>.</param>
/// <param name="Options">As JSON: <c>"decimal": ","</c>.</param>
internal sealed record Hint(string What, string Options);
