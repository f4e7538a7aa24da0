using EtlWorker.Ledger;
using EtlWorker.Notices;
using EtlWorker.Notify;
using Microsoft.Extensions.Logging;

namespace EtlWorker.Running;

/// <summary>
/// Watches a pipeline whose lock another session holds. That is another worker at work, or what is left of one: PostgreSQL goes on with
/// the statement of a worker that died, and keeps its lock, until it notices.
/// </summary>
internal sealed partial class LockedPipeline(StallAlert alert, WorkerName worker, TimeProvider time, ILogger<LockedPipeline> logger)
{
    private static readonly TimeSpan BetweenLines = TimeSpan.FromMinutes(1);
    private DateTimeOffset? _since;
    private DateTimeOffset? _said;

    /// <summary>The lock is held elsewhere.</summary>
    public async Task WatchAsync(ILedgerSession session, string pipeline, CancellationToken cancellationToken)
    {
        var now = time.GetUtcNow();
        var since = _since ??= now;
        if (now - (_said ?? since) < BetweenLines)
        {
            return;
        }

        if (await session.LockHolderAsync(pipeline, worker.Name, cancellationToken) is not { } holder)
        {
            return;
        }

        _said = now;
        LogHeldElsewhere(pipeline, since, holder.Text);
        // A run may take its time; its worker would report whatever keeps it.
        await (holder.IsAlive
            ? alert.OverAsync(Stall.Lock, cancellationToken)
            : alert.StalledAsync(
                Stall.Lock, $"{holder.Text} holds the lock, and no worker that is alive has a run", holder.Remedy, since,
                cancellationToken));
    }

    /// <summary>The lock is this worker's.</summary>
    public Task FreeAsync(CancellationToken cancellationToken)
    {
        (_since, _said) = (null, null);
        return alert.OverAsync(Stall.Lock, cancellationToken);
    }

    [LoggerMessage(
        LogLevel.Information,
        "The lock of pipeline {Pipeline} has been held elsewhere since {Since:u}, by {Holder}; deadlines and notices continue, runs wait")]
    private partial void LogHeldElsewhere(string pipeline, DateTimeOffset since, string holder);
}
