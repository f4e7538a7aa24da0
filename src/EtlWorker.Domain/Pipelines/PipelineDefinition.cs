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

    /// <summary>The pipeline's name, which stands in keys, subjects and the ledger.</summary>
    [Allowed(Pattern = Forms.NamePattern, Form = Forms.Name)]
    public required string Name { get; init; }

    /// <summary>The name that the pipeline had before: what the ledger has under it is carried over at the next start.</summary>
    [Allowed(Pattern = Forms.NamePattern, Form = Forms.Name)]
    public string? FormerName { get; init; }

    /// <summary>The IANA zone in which the run date is a date, <c>Africa/Lagos</c>.</summary>
    public required string TimeZone { get; init; }

    /// <summary>The date that the analyses look back from; null means the run date.</summary>
    public DateOnly? AsOf { get; init; }

    /// <summary>
    /// The schemas in which triggers, checks and analyses find what they name without one; null: as role and database have it.
    /// </summary>
    [Allowed(Pattern = Forms.AnythingPattern, Form = "the name of a schema")]
    public IReadOnlyList<string>? SearchPath { get; init; }

    /// <summary>
    /// SQL files, beside the definition, that make and change the pipeline's tables. <c>etlworker migrate</c> applies each once, in this
    /// order.
    /// </summary>
    [Allowed(Pattern = Forms.AnythingPattern, Form = Forms.Anything, IsUnique = true)]
    public IReadOnlyList<string> Migrations { get; set; } = [];

    /// <summary>When a batch is ready, and what a failed day means.</summary>
    public TriggerDefinition Trigger { get; set; } = new();

    /// <summary>The kinds of CSV files that are loaded, each with the table that it fills.</summary>
    [Allowed(FewestEntries = 1)]
    public required IReadOnlyList<FeedDefinition> Feeds { get; init; }

    /// <summary>How many refused rows a feed may have before the run fails.</summary>
    public RejectLimit Rejects { get; set; } = new();

    /// <summary>What must hold of the loaded tables before anything is committed.</summary>
    public IReadOnlyList<CheckDefinition> Checks { get; set; } = [];

    /// <summary>What is made of the loaded tables, in this order.</summary>
    public IReadOnlyList<AnalysisDefinition> Analyses { get; set; } = [];

    public DateOnly AsOfFor(DateOnly runDate) => AsOf ?? runDate;
}
