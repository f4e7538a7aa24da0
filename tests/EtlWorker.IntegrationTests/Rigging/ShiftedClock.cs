namespace EtlWorker.IntegrationTests.Rigging;

/// <summary>The real clock, its dates moved: what was dropped "yesterday" needs no waiting. Timers are the system's.</summary>
internal sealed class ShiftedClock : TimeProvider
{
    public TimeSpan Shift { get; set; }

    /// <summary>Has the clock show this time now, and go on from there.</summary>
    public void ShiftTo(DateTimeOffset time) => Shift += time - GetUtcNow();

#pragma warning disable RS0030 // Built on the real clock.
    public override DateTimeOffset GetUtcNow() => System.GetUtcNow() + Shift;
#pragma warning restore RS0030
}
