using EtlWorker.Domain.Runs;

namespace EtlWorker.Ledger;

/// <summary>A run as the ledger has it.</summary>
internal sealed record Run
{
    public required long Id { get; init; }

    public required string Pipeline { get; init; }

    public required DateOnly RunDate { get; init; }

    public required DateOnly AsOf { get; init; }

    public required RunState State { get; init; }

    /// <summary>From 1; one more each time that the load begins anew.</summary>
    public required int Attempt { get; init; }

    public required string DefinitionHash { get; init; }

    public required DateTimeOffset ClaimedAt { get; init; }

    public required IReadOnlyList<string> Warnings { get; init; }
}
