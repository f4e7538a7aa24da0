namespace EtlWorker.Liveness;

/// <summary>Wakes the run loop when drops have been recorded, so that a whole set runs at once and not at the next interval.</summary>
internal sealed class DropSignal(TimeProvider time) : WakeSignal(time);
