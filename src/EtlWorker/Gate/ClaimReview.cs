using EtlWorker.Domain.Batches;
using EtlWorker.Domain.Drops;
using EtlWorker.Domain.Pipelines;
using EtlWorker.Domain.Runs;
using EtlWorker.Ledger;
using EtlWorker.Ledger.Drops;
using EtlWorker.Ledger.Runs;
using EtlWorker.Notices;
using EtlWorker.Objects;
using Microsoft.Extensions.Logging;

namespace EtlWorker.Gate;

/// <summary>
/// Plans a claimed batch again when an object of its is not what its event told: with what is there now under the same
/// claim, or not at all, and the day is unused.
/// </summary>
internal sealed partial class ClaimReview(
    ObjectFinder finder, WithdrawnDrops withdrawn, IDropRecorder drops, WorkerName worker, ILogger<ClaimReview> logger)
{
    /// <summary>Called with the pipeline's lock held, and outside of a transaction.</summary>
    /// <param name="session">The claimed run.</param>
    /// <param name="changed">The drop whose object was deleted or overwritten.</param>
    /// <param name="cancellationToken">Cancels the review; it is made again then.</param>
    /// <exception cref="RunDelayedException">S3 shows the object and does not give it, or told of it just now.</exception>
    /// <exception cref="RunFailedException">The batch is no longer complete, and the run is made again: its date was used
    /// before.</exception>
    public async Task ReviewAsync(RunSession session, Drop changed, CancellationToken cancellationToken)
    {
        var (ledger, run) = (session.Ledger, session.Run);
        var gone = new List<Drop>();
        foreach (var drop in await ledger.Drops.ClaimedByAsync(run.Id, cancellationToken))
        {
            // Where a bucket keeps no versions, one that is overwritten is rarely alone.
            if ((drop.Id == changed.Id || drop.VersionId is null) && await IsGoneAsync(run, session.Pipeline, drop, cancellationToken))
            {
                gone.Add(drop);
            }
        }

        if (gone.Count == 0)
        {
            // It is back, or was never gone: a later attempt reads it.
            throw WithdrawnDrops.NotShownYet(changed);
        }

        await using var transaction = await ledger.BeginAsync(cancellationToken);
        foreach (var drop in gone)
        {
            await ledger.Drops.GoneAsync(drop, "its object was deleted or overwritten before it was read", cancellationToken);
        }

        var batch = await BatchAsync(session, cancellationToken);
        if (batch.Missing.Count > 0 && run.Reason is not null)
        {
            throw new RunFailedException(
                $"{changed.Object.Address} was deleted or overwritten before it was read, "
                    + $"and {string.Join(", ", batch.Missing)} has no other drop of {run.RunDate:yyyy-MM-dd}",
                "Drop the file again.");
        }

        if (batch.Missing.Count > 0)
        {
            await ledger.Runs.ReleaseAsync(run, cancellationToken);
        }
        else
        {
            var warnings = BatchWarnings.Of(batch, session.Pipeline);
            await ledger.Runs.ReplaceDropsAsync(run, Claim.Of(session.Definition, batch, worker, warnings), cancellationToken);
        }

        await ledger.Outbox.AddAsync(GateNotices.Gone(run, gone, batch.Missing), cancellationToken);
        await transaction.CommitAsync(cancellationToken);
        LogGone(
            string.Join(", ", gone.Select(drop => drop.Key)), run.RunDate,
            batch.Missing.Count == 0 ? "continues with what is there now" : "is released, the date is free");
    }

    /// <summary>
    /// Whether something else, or nothing, is there under the drop's key; what is there is recorded as a drop of its own.
    /// </summary>
    private async Task<bool> IsGoneAsync(
        Run run, PipelineDefinition pipeline, Drop drop, CancellationToken cancellationToken)
    {
        var now = await finder.HeadAsync(pipeline.Target(drop.Feed), drop.Bucket, drop.Key, cancellationToken);
        if (now is null)
        {
            return await withdrawn.IsWithdrawnAsync(drop, cancellationToken);
        }

        // The version that was notified of: S3 shows it, and will give it. A version by itself is never changed.
        if (drop.VersionId is null ? now.ETag == drop.ETag : now.VersionId == drop.VersionId)
        {
            return false;
        }

        await drops.RecordAsync(run.Pipeline, [new MatchedEvent(now, drop.Feed, null)], cancellationToken);
        return true;
    }

    private static async Task<Batch> BatchAsync(RunSession session, CancellationToken cancellationToken)
    {
        var (run, definition) = (session.Run, session.Definition);
        var known = (await session.Ledger.Drops.ForRunAsync(run, definition.Pipeline, cancellationToken))
            .Where(drop => definition.Pipeline.Target(drop.Feed) is not null)
            .ToLookup(drop => drop.Disposition);
        var batch = new BatchPlanner(definition.Pipeline, definition.Calendar)
            .Replan(run.RunDate, known[DropDisposition.Claimed], known[DropDisposition.Pending], out var missing);
        return batch with { Missing = missing };
    }

    [LoggerMessage(LogLevel.Warning, "{Keys} deleted or overwritten after the event: the run of {RunDate:yyyy-MM-dd} {Outcome}")]
    private partial void LogGone(string keys, DateOnly runDate, string outcome);
}
