using EtlWorker.Definitions;
using EtlWorker.Domain.Batches;
using EtlWorker.Domain.Drops;
using EtlWorker.Domain.Pipelines;
using EtlWorker.Domain.Runs;
using EtlWorker.Ledger;
using EtlWorker.Ledger.Drops;
using EtlWorker.Ledger.Notices;
using EtlWorker.Ledger.Runs;
using EtlWorker.Liveness;
using Microsoft.Extensions.Logging;
using Npgsql;

namespace EtlWorker.Gate;

/// <summary>
/// Asks for the batch decision, records what it puts aside, and claims the date of a batch that is ready. Tells of expected
/// days whose deadline passed without a run.
/// </summary>
internal sealed partial class DayGate(
    RunLedger runs, FormerNames names, Outbox outbox, CurrentVersions versions, WithdrawnDrops withdrawn, DropSignal signal,
    QueueWatermark watermark, WorkerName worker, TimeProvider time,
    ILogger<DayGate> logger)
{
    /// <summary>How long nobody can say what has arrived before a deadline counts as missed all the same.</summary>
    private static readonly TimeSpan Deaf = TimeSpan.FromMinutes(30);

    /// <summary>Called with the pipeline's lock held.</summary>
    /// <returns>The run that is to be executed now, or null.</returns>
    public async Task<Run?> OpenAsync(NpgsqlConnection connection, LoadedDefinition definition, CancellationToken cancellationToken)
    {
        var pipeline = definition.Pipeline;
        var summaries = await RunLedger.SummariesAsync(connection, pipeline.Name, cancellationToken);
        if (!summaries.Any(run => run.State == RunState.Committed))
        {
            // One that is loaded and waits for a person goes on with the names that it began with.
            await names.CarryFeedsAsync(connection, cancellationToken);
        }

        var candidates = await DropLedger.CandidatesAsync(connection, pipeline, cancellationToken);
        if (!candidates.Any(drop => drop.Disposition == DropDisposition.Pending))
        {
            return null;
        }

        var decision = Decide(definition, candidates, summaries);
        if (decision.Ready is { Missing.Count: > 0 } change && await versions.RecordAsync(pipeline, change.Missing, cancellationToken))
        {
            decision = Decide(definition, await DropLedger.CandidatesAsync(connection, pipeline, cancellationToken), summaries);
        }

        if (decision.Ready is { } batch && await withdrawn.AmongAsync(batch.Drops, cancellationToken) is { Count: > 0 } gone)
        {
            await ForgetAsync(connection, pipeline, batch, gone, cancellationToken);
            // What is left is decided on by the next step, which comes at once where there is nothing to wait for.
            signal.Raise();
            return null;
        }

        return await ApplyAsync(connection, definition, decision, summaries, cancellationToken);
    }

    /// <summary>Files that were deleted while their set waited are no part of it any more.</summary>
    private async Task ForgetAsync(
        NpgsqlConnection connection, PipelineDefinition pipeline, Batch batch, IReadOnlyList<Drop> gone,
        CancellationToken cancellationToken)
    {
        await using var transaction = await connection.BeginTransactionAsync(cancellationToken);
        foreach (var drop in gone)
        {
            var isSnapshot = pipeline.Feed(drop.Feed) is { Accumulates: false };
            await DropLedger.WithdrawAsync(connection, drop, isSnapshot, "its object was deleted while its set waited", cancellationToken);
        }

        await outbox.AddAsync(connection, GateNotices.Withdrawn(pipeline, batch.RunDate, gone), cancellationToken);
        await transaction.CommitAsync(cancellationToken);
        LogWithdrawn(string.Join(", ", gone.Select(drop => drop.Key)), batch.RunDate);
    }

    private BatchDecision Decide(LoadedDefinition definition, IReadOnlyList<Drop> candidates, IReadOnlyList<RunSummary> summaries) =>
        new BatchPlanner(definition.Pipeline, definition.Calendar).Decide(candidates, summaries, time.GetUtcNow(), watermark.HeardUntil);

    /// <summary>
    /// What is put aside and what is claimed commit together: a decision half applied could not be made again.
    /// </summary>
    private async Task<Run?> ApplyAsync(
        NpgsqlConnection connection, LoadedDefinition definition, BatchDecision decision, IReadOnlyList<RunSummary> summaries,
        CancellationToken cancellationToken)
    {
        await using var transaction = await connection.BeginTransactionAsync(cancellationToken);
        await PutAsideAsync(connection, definition.Pipeline.Name, decision.Disposals, cancellationToken);
        Run? run = null;
        if (decision.Ready is { } batch)
        {
            run = summaries.Any(summary => summary.RunDate == batch.RunDate)
                ? await ReopenAsync(connection, definition, batch, cancellationToken)
                : await runs.ClaimAsync(connection, ClaimOf(definition, batch, worker), cancellationToken);
            if (run is null)
            {
                LogTakenElsewhere(batch.RunDate);
                return null;
            }
        }

        if (run is not null)
        {
            await ForgetTakenAsync(outbox, connection, definition.Pipeline.Name, cancellationToken);
        }

        await transaction.CommitAsync(cancellationToken);
        LogApplied(decision, run);
        return run;
    }

    /// <summary>
    /// A notice of held drops may wait for more of them, and a run, a retry or a discard may take them meanwhile: it tells of those that
    /// are still held. Within the caller's transaction.
    /// </summary>
    public static Task ForgetTakenAsync(
        Outbox outbox, NpgsqlConnection connection, string pipeline, CancellationToken cancellationToken) =>
        outbox.GatherAsync(
            connection, pipeline, DropDisposition.Held, [], all => GateNotices.PutAside(pipeline, DropDisposition.Held, all),
            cancellationToken);

    /// <summary>A failed date that its pipeline leaves open runs again, as the same run.</summary>
    private async Task<Run?> ReopenAsync(
        NpgsqlConnection connection, LoadedDefinition definition, Batch batch, CancellationToken cancellationToken)
    {
        var failed = await RunLedger.OfDateAsync(connection, definition.Pipeline.Name, batch.RunDate, cancellationToken);
        if (failed is not { State: RunState.Failed })
        {
            return null;
        }

        await runs.ReopenAsync(
            connection, failed, ClaimOf(definition, batch, worker), "a newer drop landed, and failedDay is open", cancellationToken);
        return await RunLedger.OfDateAsync(connection, definition.Pipeline.Name, batch.RunDate, cancellationToken) is { } reopened
            ? await RunLedger.NextAttemptAsync(connection, reopened, worker.Name, cancellationToken)
            : null;
    }

    private async Task PutAsideAsync(
        NpgsqlConnection connection, string pipeline, IReadOnlyList<Disposal> disposals, CancellationToken cancellationToken)
    {
        foreach (var alike in disposals.GroupBy(disposal => disposal.Disposition))
        {
            var told = new List<Disposal>();
            foreach (var disposal in alike)
            {
                if (await DropLedger.DisposeOfAsync(connection, disposal, cancellationToken) && disposal.IsTold)
                {
                    told.Add(disposal);
                }
            }

            if (told.Count > 0)
            {
                await outbox.GatherAsync(
                    connection, pipeline, alike.Key, told, all => GateNotices.PutAside(pipeline, alike.Key, all), cancellationToken);
            }
        }
    }

    /// <summary>
    /// Tells once of each expected day whose deadline passed without a run. Needs no lock of the pipeline: of several workers one at a time
    /// looks.
    /// </summary>
    public async Task WarnOfMissedDeadlinesAsync(
        NpgsqlConnection connection, LoadedDefinition definition, CancellationToken cancellationToken)
    {
        var pipeline = definition.Pipeline;
        if (pipeline.Trigger.Deadline is null || JudgedUntil() is not { } until)
        {
            return;
        }

        await using var transaction = await connection.BeginTransactionAsync(cancellationToken);
        // What was due before the pipeline was first watched, or very long ago, is nobody's concern.
        if (await DeadlineWatch.BeginAsync(connection, pipeline.Name, until, cancellationToken) is not { } judged || until <= judged)
        {
            await transaction.CommitAsync(cancellationToken);
            return;
        }

        var after = judged > until - pipeline.Trigger.Lookback ? judged : until - pipeline.Trigger.Lookback;
        var pending = (await DropLedger.CandidatesAsync(connection, pipeline, cancellationToken))
            .Where(drop => drop.Disposition == DropDisposition.Pending);
        var summaries = await RunLedger.SummariesAsync(connection, pipeline.Name, cancellationToken);
        var overdue = new BatchPlanner(pipeline, definition.Calendar).Overdue(pending, summaries, after, until).ToList();
        foreach (var day in overdue)
        {
            await outbox.AddAsync(connection, GateNotices.Late(pipeline, day, watermark.HeardUntil >= day.Deadline), cancellationToken);
        }

        await DeadlineWatch.MoveAsync(connection, pipeline.Name, until, cancellationToken);
        await transaction.CommitAsync(cancellationToken);
        foreach (var day in overdue)
        {
            LogLate(day.Date, string.Join(", ", day.MissingInWords));
        }
    }

    /// <summary>
    /// Nothing is missing as long as the queue may still tell of it. Where neither the queue nor the bucket can be asked for long, the day
    /// has no run all the same.
    /// </summary>
    /// <returns>The time up to which deadlines can be judged; null when none can.</returns>
    private DateTimeOffset? JudgedUntil()
    {
        var now = time.GetUtcNow();
        var until = now < watermark.HeardUntil ? now : watermark.HeardUntil;
        if (watermark.StandsStill >= Deaf && now - Deaf > until)
        {
            until = now - Deaf;
        }

        return until == DateTimeOffset.MinValue ? null : until;
    }

    private void LogApplied(BatchDecision decision, Run? run)
    {
        foreach (var disposal in decision.Disposals)
        {
            LogPutAside(disposal.Drop.Key, Word.Of(disposal.Disposition), disposal.Reason);
        }

        if (run is not null)
        {
            LogClaimed(run.RunDate, run.Id, decision.Ready!.Drops.Count);
        }
    }

    /// <summary>What is frozen when a run begins, or is made again.</summary>
    public static Claim ClaimOf(LoadedDefinition definition, Batch batch, WorkerName worker) => new()
    {
        Pipeline = definition.Pipeline.Name,
        Batch = batch,
        AsOf = definition.Pipeline.AsOfFor(batch.RunDate),
        TimeZone = definition.Pipeline.TimeZone,
        DefinitionHash = definition.Hash,
        Document = definition.Document,
        Sql = definition.SqlAsJson(),
        Worker = worker.Name,
        Warnings = BatchWarnings.Of(batch, definition.Pipeline),
        Accumulating = [.. definition.Pipeline.Accumulating],
        Parts = [.. definition.Pipeline.PartsOfChange],
    };

    [LoggerMessage(LogLevel.Information, "The set of {RunDate:yyyy-MM-dd} is whole: run {RunId} begins with {DropCount} drops")]
    private partial void LogClaimed(DateOnly runDate, long runId, int dropCount);

    [LoggerMessage(LogLevel.Information, "{Key} is {Disposition}: {Reason}")]
    private partial void LogPutAside(string key, string disposition, string reason);

    [LoggerMessage(
        LogLevel.Warning, "{Keys} deleted while the set of {RunDate:yyyy-MM-dd} waited: not loaded, and the set waits for it again")]
    private partial void LogWithdrawn(string keys, DateOnly runDate);

    [LoggerMessage(LogLevel.Warning, "{RunDate:yyyy-MM-dd} has no run by its deadline; missing: {Missing}")]
    private partial void LogLate(DateOnly runDate, string missing);

    [LoggerMessage(
        LogLevel.Information, "The run of {RunDate:yyyy-MM-dd} was claimed by another worker, or its drops changed; deciding again")]
    private partial void LogTakenElsewhere(DateOnly runDate);
}
