namespace EtlWorker.Domain.Runs;

/// <summary>What the batch decision must know of a date's event-driven run.</summary>
public sealed record RunSummary(DateOnly RunDate, RunState State);
