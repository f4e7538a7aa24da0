namespace EtlWorker.Liveness;

/// <summary>Wakes the listing when a pipeline came, or has another definition: it may name files that landed before.</summary>
internal sealed class SweepSignal(TimeProvider time) : WakeSignal(time);
