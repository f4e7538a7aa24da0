namespace EtlWorker.Domain.Runs;

/// <summary>What the batch decision must know of a date's event-driven run.</summary>
public sealed record RunSummary(DateOnly RunDate, RunState State)
{
    /// <summary>Whether it was committed once, though it is being made again, or failed then.</summary>
    public bool WasCommitted { get; init; }

    /// <summary>Whether the tables hold, or held, this date.</summary>
    public bool IsLoaded => WasCommitted || State is RunState.Committed or RunState.Succeeded;
}
