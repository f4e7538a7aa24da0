using System.Threading.Channels;
using Microsoft.Extensions.Time.Testing;

namespace EtlWorker.Tests.Memory;

/// <summary>A clock that a test moves, and that says when somebody begins to wait by it.</summary>
internal sealed class WatchedTime(DateTimeOffset now) : FakeTimeProvider(now)
{
    private readonly Channel<bool> _waits = Channel.CreateUnbounded<bool>();

    /// <summary>Returns when somebody has begun to wait, once for each wait.</summary>
    public Task WaitedForAsync(CancellationToken cancellationToken) =>
        _waits.Reader.ReadAsync(cancellationToken).AsTask().WaitAsync(TimeSpan.FromSeconds(20), cancellationToken);

    public override ITimer CreateTimer(TimerCallback callback, object? state, TimeSpan dueTime, TimeSpan period)
    {
        var timer = base.CreateTimer(callback, state, dueTime, period);
        _waits.Writer.TryWrite(true);
        return timer;
    }
}
