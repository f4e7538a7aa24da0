using EtlWorker.Domain.Runs;
using EtlWorker.Liveness;
using EtlWorker.Notices;
using EtlWorker.Notify;

namespace EtlWorker.Running;

/// <summary>
/// Notifies of what keeps all pipelines from going on for long: what the run loop met, and what the listener, the listing and the look at
/// the definitions did.
/// </summary>
internal sealed class StallWatch(WorkerStatus status, StallAlert alert, TimeProvider time)
{
    /// <param name="ledger">Why no pipeline could use its ledger; null where one could.</param>
    /// <param name="cancellationToken">Cancels the publishing.</param>
    public async Task LookAsync(Fault? ledger, CancellationToken cancellationToken)
    {
        var own = ledger is null ? null : new Outage(time.GetUtcNow(), ledger.Cause, ledger.Remedy);
        await UpdateAsync(Stall.Ledger, own, status.RecordingOutage, cancellationToken);
        await UpdateAsync(Stall.Queue, null, status.QueueOutage, cancellationToken);
        await UpdateAsync(Stall.Bucket, null, status.BucketOutage, cancellationToken);
        await UpdateAsync(Stall.Definitions, null, status.DefinitionsOutage, cancellationToken);
    }

    private Task UpdateAsync(Stall stall, Outage? own, Outage? others, CancellationToken cancellationToken) => (own ?? others) is { } outage
        ? alert.StalledAsync(stall, outage.Cause, outage.Remedy, others?.Since, cancellationToken)
        : alert.OverAsync(stall, cancellationToken);
}
