using EtlWorker.Domain.Runs;

namespace EtlWorker.Load;

/// <summary>What was read from a file and copied into its table, and what the notice must report it.</summary>
internal sealed record LoadedFeed(long RowsRead, long RowsLoaded, long RowsRejected, IReadOnlyList<string> Warnings)
{
    /// <summary>Why a run would have failed, where the file was read on all the same.</summary>
    public RunFailedException? Failure { get; init; }
}
