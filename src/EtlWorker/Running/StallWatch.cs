using EtlWorker.Domain.Runs;
using EtlWorker.Liveness;
using EtlWorker.Notices;
using EtlWorker.Notify;

namespace EtlWorker.Running;

/// <summary>
/// Notifies of what keeps the pipeline from going on for long: what the run loop met, and what the listener and the listing did.
/// </summary>
internal sealed class StallWatch(WorkerStatus status, StallAlert alert, TimeProvider time)
{
    /// <param name="stalled">What kept the last step from being done; null when it was done, or a run met a fault of its own.</param>
    /// <param name="fault">Why.</param>
    /// <param name="cancellationToken">Cancels the publishing.</param>
    public async Task LookAsync(Stall? stalled, Fault fault, CancellationToken cancellationToken)
    {
        var own = new Outage(time.GetUtcNow(), fault.Cause, fault.Remedy);
        await UpdateAsync(Stall.Plan, stalled == Stall.Plan ? own : null, null, cancellationToken);
        await UpdateAsync(Stall.Ledger, stalled == Stall.Ledger ? own : null, status.RecordingOutage, cancellationToken);
        await UpdateAsync(Stall.Queue, null, status.QueueOutage, cancellationToken);
        await UpdateAsync(Stall.Bucket, null, status.BucketOutage, cancellationToken);
    }

    private Task UpdateAsync(Stall stall, Outage? own, Outage? others, CancellationToken cancellationToken) => (own ?? others) is { } outage
        ? alert.StalledAsync(stall, outage.Cause, outage.Remedy, others?.Since, cancellationToken)
        : alert.OverAsync(stall, cancellationToken);
}
