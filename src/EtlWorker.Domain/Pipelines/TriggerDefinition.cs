namespace EtlWorker.Domain.Pipelines;

/// <summary>When a batch is ready, and what a failed day means.</summary>
public sealed record TriggerDefinition
{
    /// <summary>What makes a batch ready.</summary>
    public TriggerKind When { get; set; } = TriggerKind.Complete;

    /// <summary>How long after its first drop a batch stays open, at least to the end of its date.</summary>
    public TimeSpan Span { get; set; } = TimeSpan.FromHours(12);

    /// <summary>Local time at which a date begins.</summary>
    public TimeSpan DayStart { get; set; } = TimeSpan.Zero;

    /// <summary>Local time by which an expected day has run: the first such time after <see cref="DayStart"/>; null for none.</summary>
    public TimeSpan? Deadline { get; init; }

    /// <summary>
    /// The days on which a run is expected by the deadline: days of the week, dates as yyyy-MM-dd, or a query that is asked of each day.
    /// </summary>
    [Allowed(FewestEntries = 1, IsUnique = true)]
    public ExpectedDays Days { get; set; } = ExpectedDays.Every;

    /// <summary>The marker's key, or pattern of keys; of the trigger <see cref="TriggerKind.Marker"/> only.</summary>
    public string? Object { get; init; }

    /// <summary>How long nothing may have dropped before a change counts; of the trigger <see cref="TriggerKind.Change"/> only.</summary>
    public TimeSpan Settle { get; set; } = TimeSpan.FromMinutes(5);

    /// <summary>How far back the feeds' keys are listed for drops whose event was lost.</summary>
    public TimeSpan Lookback { get; set; } = TimeSpan.FromDays(3);

    /// <summary>Whether a run that failed has used its date.</summary>
    public FailedDay FailedDay { get; set; } = FailedDay.Closed;
}
