namespace EtlWorker.Ledger.Runs;

/// <summary>How long a run has been tried again after passing faults.</summary>
/// <param name="Since">When the series of faults began.</param>
/// <param name="Waited">From then to the last one.</param>
/// <param name="IsTold">Whether a person has been told.</param>
internal sealed record RunWait(DateTimeOffset Since, TimeSpan Waited, bool IsTold);
