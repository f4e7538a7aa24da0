namespace EtlWorker.Load;

/// <summary>A file whose rows were copied.</summary>
/// <param name="Header">Its columns.</param>
/// <param name="Landing">Where its rows are; null where they are in their table.</param>
/// <param name="Rows">How many were copied.</param>
/// <param name="LastLines">The lines at its end that are no rows.</param>
internal sealed record CopiedFile(HeaderMap Header, LandingTable? Landing, long Rows, IReadOnlyList<string> LastLines);
