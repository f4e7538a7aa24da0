using EtlWorker.Definitions;
using EtlWorker.Domain.Batches;
using EtlWorker.Domain.Drops;
using EtlWorker.Domain.Pipelines;
using EtlWorker.Domain.Runs;
using EtlWorker.Ledger;
using EtlWorker.Ledger.Drops;
using EtlWorker.Ledger.Runs;
using EtlWorker.Liveness;
using EtlWorker.Notices;
using Microsoft.Extensions.Logging;

namespace EtlWorker.Gate;

/// <summary>
/// Asks for the batch decision, records the drops that it excludes, and claims the date of a batch that is ready.
/// </summary>
internal sealed partial class DayGate(
    Pipeline pipeline, IFeedNames names, CurrentVersions versions, WithdrawnDrops withdrawn, DropSignal signal, QueueWatermark watermark,
    WorkerName worker, TimeProvider time, ILogger<DayGate> logger)
{
    /// <summary>Called with the pipeline's lock held.</summary>
    /// <returns>The run that is to be executed now, or null.</returns>
    public async Task<Run?> OpenAsync(ILedgerSession session, CancellationToken cancellationToken)
    {
        var definition = pipeline.Definition.Pipeline;
        var summaries = await session.Runs.SummariesAsync(pipeline.Name, cancellationToken);
        if (!summaries.Any(run => run.State == RunState.Committed))
        {
            // One that is loaded and waits for a person goes on with the names that it began with.
            await names.CarryFeedsAsync(session, cancellationToken);
        }

        var candidates = await session.Drops.CandidatesAsync(definition, cancellationToken);
        if (!candidates.Any(drop => drop.Disposition == DropDisposition.Pending))
        {
            return null;
        }

        var decision = Decide(candidates, summaries);
        if (decision.Ready is { Missing.Count: > 0 } change && await versions.RecordAsync(definition, change.Missing, cancellationToken))
        {
            decision = Decide(await session.Drops.CandidatesAsync(definition, cancellationToken), summaries);
        }

        if (decision.Ready is { } batch && await withdrawn.AmongAsync(batch.Drops, cancellationToken) is { Count: > 0 } gone)
        {
            await ForgetAsync(session, batch, gone, cancellationToken);
            // What is left is decided on by the next step, which comes at once where there is nothing to wait for.
            signal.Raise();
            return null;
        }

        return await ApplyAsync(session, decision, summaries, cancellationToken);
    }

    /// <summary>Files that were deleted while their set waited are no part of it any more.</summary>
    private async Task ForgetAsync(
        ILedgerSession session, Batch batch, IReadOnlyList<Drop> gone, CancellationToken cancellationToken)
    {
        var definition = pipeline.Definition.Pipeline;
        await using var transaction = await session.BeginAsync(cancellationToken);
        foreach (var drop in gone)
        {
            var isSnapshot = definition.Target(drop.Feed) is { IsIncremental: false };
            await session.Drops.WithdrawAsync(drop, isSnapshot, "its object was deleted while its set waited", cancellationToken);
        }

        await session.Outbox.AddAsync(GateNotices.Withdrawn(definition, batch.RunDate, gone), cancellationToken);
        await transaction.CommitAsync(cancellationToken);
        LogWithdrawn(string.Join(", ", gone.Select(drop => drop.Key)), batch.RunDate);
    }

    private BatchDecision Decide(IReadOnlyList<Drop> candidates, IReadOnlyList<RunSummary> summaries) =>
        pipeline.Planner.Decide(candidates, summaries, time.GetUtcNow(), watermark.KnownUntil);

    /// <summary>
    /// What is excluded and what is claimed commit together: a decision half applied could not be made again.
    /// </summary>
    private async Task<Run?> ApplyAsync(
        ILedgerSession session, BatchDecision decision, IReadOnlyList<RunSummary> summaries, CancellationToken cancellationToken)
    {
        await using var transaction = await session.BeginAsync(cancellationToken);
        await ExcludeAsync(session, decision.Disposals, cancellationToken);
        Run? run = null;
        if (decision.Ready is { } batch)
        {
            run = summaries.Any(summary => summary.RunDate == batch.RunDate)
                ? await ReopenAsync(session, batch, cancellationToken)
                : await session.Runs.ClaimAsync(ClaimOf(batch), cancellationToken);
            if (run is null)
            {
                LogTakenElsewhere(batch.RunDate);
                return null;
            }
        }

        if (run is not null)
        {
            await HeldNotices.ForgetTakenAsync(session, pipeline.Name, cancellationToken);
        }

        await transaction.CommitAsync(cancellationToken);
        LogApplied(decision, run);
        return run;
    }

    /// <summary>A failed date that its pipeline leaves open runs again, as the same run.</summary>
    private async Task<Run?> ReopenAsync(ILedgerSession session, Batch batch, CancellationToken cancellationToken)
    {
        var failed = await session.Runs.OfDateAsync(pipeline.Name, batch.RunDate, cancellationToken);
        if (failed is not { State: RunState.Failed })
        {
            return null;
        }

        await session.Runs.ReopenAsync(
            failed, ClaimOf(batch), "a newer drop landed, and failedDay is open", cancellationToken);
        return await session.Runs.OfDateAsync(pipeline.Name, batch.RunDate, cancellationToken) is { } reopened
            ? await session.Runs.NextAttemptAsync(reopened, worker.Name, cancellationToken)
            : null;
    }

    private async Task ExcludeAsync(
        ILedgerSession session, IReadOnlyList<Disposal> disposals, CancellationToken cancellationToken)
    {
        foreach (var alike in disposals.GroupBy(disposal => disposal.Disposition))
        {
            var notified = new List<ExcludedDrop>();
            foreach (var disposal in alike)
            {
                var excluded = new ExcludedDrop(
                    disposal.Drop, disposal.Date, disposal.Disposition, DisposalText.Of(pipeline.Name, disposal));
                if (await session.Drops.ExcludeAsync(excluded, cancellationToken) && disposal.IsNotified)
                {
                    notified.Add(excluded);
                }
            }

            if (notified.Count > 0)
            {
                await session.Outbox.GatherAsync(
                    pipeline.Name, alike.Key, notified, all => GateNotices.Excluded(pipeline.Name, alike.Key, all), cancellationToken);
            }
        }
    }

    private void LogApplied(BatchDecision decision, Run? run)
    {
        foreach (var disposal in decision.Disposals)
        {
            LogExcluded(disposal.Drop.Key, EnumText.Of(disposal.Disposition), DisposalText.Of(pipeline.Name, disposal));
        }

        if (run is not null)
        {
            LogClaimed(run.RunDate, run.Id, decision.Ready!.Drops.Count);
        }
    }

    private Claim ClaimOf(Batch batch) =>
        Claim.Of(pipeline.Definition, batch, worker, BatchWarnings.Of(batch, pipeline.Definition.Pipeline));

    [LoggerMessage(LogLevel.Information, "The set of {RunDate:yyyy-MM-dd} is complete: run {RunId} begins with {DropCount} drops")]
    private partial void LogClaimed(DateOnly runDate, long runId, int dropCount);

    [LoggerMessage(LogLevel.Information, "{Key} is {Disposition}: {Reason}")]
    private partial void LogExcluded(string key, string disposition, string reason);

    [LoggerMessage(
        LogLevel.Warning, "{Keys} deleted while the set of {RunDate:yyyy-MM-dd} waited: not loaded, and the set waits for it again")]
    private partial void LogWithdrawn(string keys, DateOnly runDate);

    [LoggerMessage(
        LogLevel.Information, "The run of {RunDate:yyyy-MM-dd} was claimed by another worker, or its drops changed; deciding again")]
    private partial void LogTakenElsewhere(DateOnly runDate);
}
