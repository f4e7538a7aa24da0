namespace EtlWorker.Ledger.Runs;

/// <summary>How long a run has been tried again after temporary faults.</summary>
/// <param name="Since">When the series of faults began.</param>
/// <param name="Waited">From then to the last one.</param>
/// <param name="IsNotified">Whether a person has been notified.</param>
internal sealed record RunWait(DateTimeOffset Since, TimeSpan Waited, bool IsNotified);
