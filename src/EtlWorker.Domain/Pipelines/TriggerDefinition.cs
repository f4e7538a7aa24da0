namespace EtlWorker.Domain.Pipelines;

/// <summary>When a batch is ready, and what a failed day means.</summary>
public sealed record TriggerDefinition
{
    public TriggerKind When { get; set; } = TriggerKind.Complete;

    /// <summary>How long after its first drop a batch stays open, at least to the end of its date.</summary>
    public TimeSpan Span { get; set; } = TimeSpan.FromHours(12);

    /// <summary>Local time at which a date begins.</summary>
    public TimeSpan DayStart { get; set; } = TimeSpan.Zero;

    /// <summary>Local time by which a day is expected to have run; null for none.</summary>
    public TimeSpan? Deadline { get; init; }

    public FailedDay FailedDay { get; set; } = FailedDay.Closed;
}
