namespace EtlWorker.Recovery;

/// <summary>How often what was missed is looked for.</summary>
internal sealed record RecoveryOptions(TimeSpan Interval);
