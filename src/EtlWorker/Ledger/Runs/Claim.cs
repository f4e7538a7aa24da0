using EtlWorker.Definitions;
using EtlWorker.Domain.Batches;
using EtlWorker.Domain.Pipelines;
using EtlWorker.Domain.Runs;

namespace EtlWorker.Ledger.Runs;

/// <summary>What a run row is made from: the batch, and everything that is frozen at the claim.</summary>
internal sealed record Claim
{
    public required string Pipeline { get; init; }

    public required Batch Batch { get; init; }

    public RunOrigin Origin { get; init; } = RunOrigin.Event;

    public required DateOnly AsOf { get; init; }

    public required string TimeZone { get; init; }

    public required string DefinitionHash { get; init; }

    public required string Document { get; init; }

    /// <summary>The SQL files as one JSON object.</summary>
    public required string Sql { get; init; }

    public required string Worker { get; init; }

    /// <summary>What the notice must report the batch itself.</summary>
    public IReadOnlyList<string> Warnings { get; init; } = [];

    /// <summary>The feeds whose every drop counts: what is loaded of them is never loaded again.</summary>
    public required IReadOnlyList<string> Incremental { get; init; }

    /// <summary>The feeds of which a change reads every part, loaded ones included.</summary>
    public required IReadOnlyList<string> Parts { get; init; }

    /// <summary>The drops that are again what they were where the run fails.</summary>
    public IReadOnlyList<long> Kept { get; init; } = [];

    /// <param name="definition">The definition that the run begins with.</param>
    /// <param name="batch">What it loads.</param>
    /// <param name="worker">Whose run it is.</param>
    /// <param name="warnings">What the notice must report the batch.</param>
    public static Claim Of(LoadedDefinition definition, Batch batch, WorkerName worker, IReadOnlyList<string> warnings) => new()
    {
        Pipeline = definition.Pipeline.Name,
        Batch = batch,
        AsOf = definition.Pipeline.AsOfFor(batch.RunDate),
        TimeZone = definition.Pipeline.TimeZone,
        DefinitionHash = definition.Hash,
        Document = definition.Document,
        Sql = definition.SqlAsJson(),
        Worker = worker.Name,
        Warnings = warnings,
        Incremental = [.. definition.Pipeline.Incremental],
        Parts = [.. definition.Pipeline.PartsOfChange],
    };
}
