using EtlWorker.Domain.Runs;

namespace EtlWorker.Load;

/// <summary>What was read from a file and copied into its table, and what the notice must report it.</summary>
internal sealed record LoadedFeed(long RowsRead, long RowsLoaded, long RowsRejected, IReadOnlyList<string> Warnings)
{
    /// <summary>How the table's indexes were treated: <c>rebuilt</c>, or <c>in place</c> and why.</summary>
    public string Indexes { get; init; } = "";

    /// <summary>Why a run would have failed, where the file was read on all the same.</summary>
    public RunFailedException? Failure { get; init; }
}
