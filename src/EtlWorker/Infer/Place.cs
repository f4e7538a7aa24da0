namespace EtlWorker.Infer;

/// <summary>Where a record begins.</summary>
/// <param name="File">The index of the file among those of its feed.</param>
/// <param name="Line">From 1, as the loader counts them.</param>
internal readonly record struct Place(int File, long Line);
