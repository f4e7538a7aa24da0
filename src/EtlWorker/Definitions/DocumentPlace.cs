namespace EtlWorker.Definitions;

/// <summary>Where something stands in a document.</summary>
/// <param name="Line">From 1.</param>
/// <param name="Column">From 1, in UTF-16 units.</param>
internal readonly record struct DocumentPlace(int Line, int Column);
