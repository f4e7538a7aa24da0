namespace EtlWorker.StandIns.Sns;

/// <summary>Everything published, in order, for a test to read.</summary>
public sealed class Outbox
{
    private readonly Lock _gate = new();
    private readonly List<Notice> _notices = [];
    private readonly List<Notice> _unread = [];
    private readonly List<(Func<Notice, bool> Wanted, TaskCompletionSource<Notice> Waiter)> _waiters = [];

    internal Outbox()
    {
    }

    /// <summary>All notices so far, also those that <see cref="NextAsync"/> has handed out.</summary>
    public IReadOnlyList<Notice> Notices
    {
        get
        {
            lock (_gate)
                return [.. _notices];
        }
    }

    /// <summary>The first notice that matches and that no earlier call has returned; waits until there is one.</summary>
    public async Task<Notice> NextAsync(Func<Notice, bool> predicate, CancellationToken cancellationToken)
    {
        var waiter = new TaskCompletionSource<Notice>(TaskCreationOptions.RunContinuationsAsynchronously);
        lock (_gate)
        {
            var index = _unread.FindIndex(notice => predicate(notice));
            if (index >= 0)
            {
                var notice = _unread[index];
                _unread.RemoveAt(index);
                return notice;
            }

            _waiters.Add((predicate, waiter));
        }

        await using var registration = cancellationToken.Register(() => Forget(waiter, cancellationToken));
        return await waiter.Task;
    }

    internal void Add(Notice notice)
    {
        lock (_gate)
        {
            _notices.Add(notice);
            var index = _waiters.FindIndex(entry => entry.Wanted(notice));
            if (index < 0)
            {
                _unread.Add(notice);
                return;
            }

            _waiters[index].Waiter.SetResult(notice);
            _waiters.RemoveAt(index);
        }
    }

    private void Forget(TaskCompletionSource<Notice> waiter, CancellationToken cancellationToken)
    {
        lock (_gate)
        {
            if (_waiters.RemoveAll(entry => entry.Waiter == waiter) > 0)
                waiter.SetCanceled(cancellationToken);
        }
    }
}
