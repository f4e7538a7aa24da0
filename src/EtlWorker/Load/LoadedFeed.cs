namespace EtlWorker.Load;

/// <summary>What was read from a file and copied into its table, and what the notice must report it.</summary>
internal sealed record LoadedFeed(long RowsRead, long RowsLoaded, long RowsRejected, IReadOnlyList<string> Warnings);
