namespace EtlWorker.Running;

/// <summary>How often the run loop looks by itself, and how often a run may begin its load.</summary>
internal sealed record RunOptions(int Attempts, TimeSpan Interval);
