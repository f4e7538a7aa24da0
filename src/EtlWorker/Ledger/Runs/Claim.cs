using EtlWorker.Domain.Batches;

namespace EtlWorker.Ledger.Runs;

/// <summary>What a run row is made from: the batch, and everything that is frozen at the claim.</summary>
internal sealed record Claim
{
    public required string Pipeline { get; init; }

    public required Batch Batch { get; init; }

    public required DateOnly AsOf { get; init; }

    public required string TimeZone { get; init; }

    public required string DefinitionHash { get; init; }

    public required string Document { get; init; }

    /// <summary>The SQL files as one JSON object.</summary>
    public required string Sql { get; init; }

    public required string Worker { get; init; }

    /// <summary>What the notice must tell of the batch itself.</summary>
    public IReadOnlyList<string> Warnings { get; init; } = [];

    /// <summary>The feeds whose every drop counts: what is loaded of them is never loaded again.</summary>
    public required IReadOnlyList<string> Accumulating { get; init; }

    /// <summary>The feeds of which a change reads every part, loaded ones included.</summary>
    public required IReadOnlyList<string> Parts { get; init; }
}
