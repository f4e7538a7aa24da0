using Microsoft.Extensions.Time.Testing;

namespace EtlWorker.IntegrationTests.Extract;

/// <summary>
/// A clock that a test advances, on which a wait is over at once: only what is armed later, a time limit, takes its time.
/// </summary>
internal sealed class ImpatientTime : FakeTimeProvider
{
    public override ITimer CreateTimer(TimerCallback callback, object? state, TimeSpan dueTime, TimeSpan period) =>
        base.CreateTimer(callback, state, dueTime == Timeout.InfiniteTimeSpan ? dueTime : TimeSpan.Zero, period);
}
