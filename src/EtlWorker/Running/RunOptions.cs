namespace EtlWorker.Running;

/// <summary>How often the run loop looks by itself, and how long and how often a run is tried.</summary>
/// <param name="Attempts">How often a run's load may end with its worker or its session.</param>
/// <param name="Interval">How often the ledger is looked at without a drop.</param>
/// <param name="Patience">For how long a run is tried again after temporary faults.</param>
internal sealed record RunOptions(int Attempts, TimeSpan Interval, TimeSpan Patience);
