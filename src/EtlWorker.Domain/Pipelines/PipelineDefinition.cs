using System.Text.Json.Serialization;

namespace EtlWorker.Domain.Pipelines;

/// <summary>A pipeline as its author wrote it: feeds, checks, analyses, trigger, exports. Names no bucket, queue or host.</summary>
/// <remarks>
/// Optional properties of the definition's types have setters, because the source generator of System.Text.Json would give
/// absent init-only ones their type's default instead of theirs.
/// </remarks>
public sealed record PipelineDefinition
{
    /// <summary>For editors only: where the published JSON Schema stands.</summary>
    [JsonPropertyName("$schema")]
    public string? Schema { get; init; }

    public required string Name { get; init; }

    /// <summary>The name that the pipeline had before: what the ledger has under it is carried over.</summary>
    public string? FormerName { get; init; }

    /// <summary>IANA zone in which the run date is a date.</summary>
    public required string TimeZone { get; init; }

    /// <summary>The date that the analyses look back from; null means the run date.</summary>
    public DateOnly? AsOf { get; init; }

    /// <summary>
    /// The schemas in which triggers, checks and analyses find what they name without one; null: as role and database have it.
    /// </summary>
    public IReadOnlyList<string>? SearchPath { get; init; }

    public TriggerDefinition Trigger { get; set; } = new();

    public required IReadOnlyList<FeedDefinition> Feeds { get; init; }

    public RejectLimit Rejects { get; set; } = new();

    public IReadOnlyList<CheckDefinition> Checks { get; set; } = [];

    public IReadOnlyList<AnalysisDefinition> Analyses { get; set; } = [];

    public DateOnly AsOfFor(DateOnly runDate) => AsOf ?? runDate;
}
