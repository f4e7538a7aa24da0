using EtlWorker.Analyse;
using EtlWorker.Check;
using EtlWorker.Definitions;
using EtlWorker.Domain.Batches;
using EtlWorker.Domain.Drops;
using EtlWorker.Domain.Pipelines;
using EtlWorker.Domain.Runs;
using EtlWorker.Export;
using EtlWorker.Extract;
using EtlWorker.Faults;
using EtlWorker.Ledger;
using EtlWorker.Ledger.Drops;
using EtlWorker.Ledger.Notices;
using EtlWorker.Ledger.Runs;
using EtlWorker.Liveness;
using EtlWorker.Load;
using EtlWorker.Notify;
using EtlWorker.Storage;
using Microsoft.Extensions.Logging;
using Npgsql;

namespace EtlWorker.Running;

/// <summary>Takes one run through its stages. What it throws is sorted by its caller; what it commits stays committed.</summary>
internal sealed partial class RunExecutor(
    LockWait locks, DropReader drops, FeedLoader loader, ResultExporter exporter, RejectExporter rejects, RunLedger runs,
    RunJournal journal, Outbox outbox, WorkerStatus status, TimeProvider time,
    ILogger<RunExecutor> logger)
{
    /// <summary>Load, check, analyse and commit, in one transaction: all of the run or nothing of it.</summary>
    /// <returns>The committed run.</returns>
    /// <exception cref="StageFailedException">Names the stage; nothing was changed.</exception>
    public async Task<Run> LoadAsync(NpgsqlConnection connection, Run run, LoadedDefinition definition, CancellationToken cancellationToken)
    {
        await using var transaction = await connection.BeginTransactionAsync(cancellationToken);
        await LockWait.LimitAsync(connection, cancellationToken);
        var warnings = new List<string>();
        var path = new SearchPath(definition.Pipeline.SearchPath);
        if (run.PassingSince is { } since)
        {
            warnings.Add($"recovered: tried again since {since.UtcDateTime:yyyy-MM-dd HH:mm:ss} UTC after a passing fault, the last one: "
                + $"{run.Error}");
        }

        StagingSnapshot? newer = null;
        await StageAsync(run, RunStage.Load, async () =>
        {
            var claimed = (await DropLedger.ClaimedByAsync(connection, run.Id, cancellationToken)).ToLookup(drop => drop.Feed);
            var replaced = definition.Pipeline.Feeds.Where(feed => claimed.Contains(feed.Name) && !feed.Accumulates).ToList();
            if (await RunLedger.NewestLoadedAsync(connection, run.Pipeline, cancellationToken) is { } newest && newest > run.RunDate)
            {
                newer = await StagingSnapshot.TakeAsync(connection, replaced, cancellationToken);
                warnings.Add($"{newest:yyyy-MM-dd} has been loaded since: staging keeps its rows, "
                    + "and results without a date in their key stay its own");
            }

            await locks.ExecuteAsync(
                connection, () => FeedLoader.EmptyAsync(connection, replaced, path, cancellationToken), cancellationToken);
            warnings.AddRange(await LoadFeedsAsync(connection, run, definition, claimed, cancellationToken));
        }, cancellationToken);
        await StageAsync(
            run, RunStage.Check, async () => warnings.AddRange(await CheckRunner.RunAsync(connection, run, definition, cancellationToken)),
            cancellationToken);
        await StageAsync(
            run, RunStage.Analyse, () => AnalysisRunner.RunAsync(connection, run, definition, cancellationToken), cancellationToken);
        await StageAsync(run, RunStage.Commit, async () =>
        {
            await (newer?.RestoreAsync(connection, path, cancellationToken) ?? Task.CompletedTask);
            await path.UseAsync(connection, () => EndDeferredAsync(connection, cancellationToken), cancellationToken);
            await runs.CommitAsync(connection, run, warnings, cancellationToken);
            await transaction.CommitAsync(cancellationToken);
        }, cancellationToken);
        return run with
        {
            State = RunState.Committed,
            CommittedAt = time.GetUtcNow(),
            PassingSince = null,
            Warnings = [.. run.Warnings, .. warnings],
        };
    }

    /// <summary>
    /// Has constraints and triggers of the pipeline's tables that were put off do their work: the server lets a COMMIT take as long as
    /// they like, and it would run them on our own path.
    /// </summary>
    private static Task EndDeferredAsync(NpgsqlConnection connection, CancellationToken cancellationToken) => connection.LimitedAsync(
        "what the tables' constraints and triggers put off to the end",
        () => connection.ExecuteAsync("set constraints all immediate; set constraints all deferred", cancellationToken));

    /// <summary>Exports the committed run's results, and writes its success into the ledger and the outbox.</summary>
    /// <exception cref="StageFailedException">Names the stage; the run stays committed.</exception>
    public async Task DeliverAsync(NpgsqlConnection connection, Run run, LoadedDefinition definition, CancellationToken cancellationToken)
    {
        IReadOnlyList<string> results = [];
        IReadOnlyList<string> refused = [];
        await StageAsync(run, RunStage.Export, async () =>
        {
            results = await exporter.ExportAsync(connection, run, definition.Pipeline, cancellationToken);
            refused = await rejects.ExportAsync(connection, run, definition.Pipeline, cancellationToken);
        }, cancellationToken);
        await StageAsync(run, RunStage.Notify, async () =>
        {
            var story =
                await RunStory.ReadAsync(connection, run, definition.Pipeline.Feeds, cancellationToken) with { RejectFiles = refused };
            var answers = await AnswerReader.ReadAsync(connection, run, definition.Pipeline, cancellationToken);
            await using var transaction = await connection.BeginTransactionAsync(cancellationToken);
            await runs.SucceedAsync(connection, run, cancellationToken);
            await outbox.AddAsync(connection, RunNotices.Succeeded(WithWait(run), story, answers, results), cancellationToken);
            await transaction.CommitAsync(cancellationToken);
        }, cancellationToken);
    }

    private static Run WithWait(Run run) => run.PassingSince is { } since
        ? run with
        {
            Warnings = [
                .. run.Warnings,
                $"recovered: its delivery was tried again since {since.UtcDateTime:yyyy-MM-dd HH:mm:ss} UTC after a passing fault",
            ],
        }
        : run;

    /// <summary>Ends a run whose load failed for good, and writes that into the ledger and the outbox.</summary>
    public async Task FailAsync(
        NpgsqlConnection connection, Run run, LoadedDefinition definition, RunStage stage, SortedFailure failure,
        CancellationToken cancellationToken)
    {
        var story = await RunStory.ReadAsync(connection, run, definition.Pipeline.Feeds, cancellationToken) with
        {
            RejectFiles = await TryExportRejectsAsync(connection, run, definition, cancellationToken),
        };
        var claimed = await DropLedger.ClaimedByAsync(connection, run.Id, cancellationToken);
        // A newer date may have loaded newer ones: those of an older date stay its own.
        var isNewest = !(await RunLedger.NewestLoadedAsync(connection, run.Pipeline, cancellationToken) > run.RunDate);
        var becomes = claimed.ToLookup(
            drop => definition.Pipeline.Feed(drop.Feed) is { } feed
                ? AfterFailure.DispositionOf(feed, drop.Id == failure.AtFault?.Id, isNewest)
                : DropDisposition.Failed,
            drop => drop.Id);
        await using var transaction = await connection.BeginTransactionAsync(cancellationToken);
        var state = await runs.FailAsync(
            connection, run, failure.Cause, becomes[DropDisposition.Pending], becomes[DropDisposition.Held], cancellationToken);
        var suspects = AfterFailure.SuspectsOf(definition.Pipeline, claimed, failure.AtFault, stage);
        await outbox.AddAsync(connection, state == RunState.Failed
            ? RunNotices.Failed(
                run, story, stage, failure.Cause, failure.Remedy, suspects, definition.Pipeline.Trigger.FailedDay == FailedDay.Open)
            : RunNotices.RetryFailed(run, story, stage, failure.Cause, failure.Remedy, suspects), cancellationToken);
        await transaction.CommitAsync(cancellationToken);
    }

    /// <summary>They are in the ledger as well: where they cannot be written, the failure is told all the same.</summary>
    private async Task<IReadOnlyList<string>> TryExportRejectsAsync(
        NpgsqlConnection connection, Run run, LoadedDefinition definition, CancellationToken cancellationToken)
    {
        try
        {
            return await rejects.ExportAsync(connection, run, definition.Pipeline, cancellationToken);
        }
        catch (Exception fault) when (!cancellationToken.IsCancellationRequested && AwsFault.Classify(fault) is not null)
        {
            LogRejectsNotExported(FailureSorter.Sort(fault).Cause);
            return [];
        }
    }

    /// <summary>Writes into the outbox that a run waits for a fault to pass.</summary>
    public async Task TellOfWaitAsync(
        NpgsqlConnection connection, Run run, RunStage stage, SortedFailure failure, RunWait wait, TimeSpan patience,
        CancellationToken cancellationToken) =>
        await outbox.AddAsync(
            connection, RunNotices.Waiting(run, stage, failure.Cause, failure.Remedy, wait.Since, wait.Since + patience),
            cancellationToken);

    /// <summary>Gives up delivering a committed run, and writes that into the ledger and the outbox.</summary>
    public async Task ParkAsync(
        NpgsqlConnection connection, Run run, LoadedDefinition definition, RunStage stage, SortedFailure failure,
        CancellationToken cancellationToken)
    {
        var story = await RunStory.ReadAsync(connection, run, definition.Pipeline.Feeds, cancellationToken);
        await using var transaction = await connection.BeginTransactionAsync(cancellationToken);
        await RunLedger.ParkAsync(connection, run, failure.Cause, cancellationToken);
        await outbox.AddAsync(connection, RunNotices.NotDelivered(run, story, stage, failure.Cause, failure.Remedy), cancellationToken);
        await transaction.CommitAsync(cancellationToken);
    }

    /// <summary>Loads every feed, and those again row by row whose rows break a deferred constraint.</summary>
    private async Task<IReadOnlyList<string>> LoadFeedsAsync(
        NpgsqlConnection connection, Run run, LoadedDefinition definition, ILookup<string, Drop> claimed,
        CancellationToken cancellationToken)
    {
        var feeds = definition.Pipeline.Feeds.Where(feed => claimed.Contains(feed.Name)).ToList();
        var path = new SearchPath(definition.Pipeline.SearchPath);
        var former = await RunLedger.FormerRowsAsync(connection, run, cancellationToken);
        var deferred = await DeferredConstraints.OfAsync(connection, feeds, cancellationToken);
        await connection.ExecuteAsync("savepoint etl_feeds", cancellationToken);
        while (true)
        {
            var warnings = new List<string>();
            foreach (var feed in deferred.Ordered(feeds))
            {
                long? before = former.TryGetValue(feed.Name, out var rows) ? rows : null;
                await deferred.DemandAsync(connection, feed, path, cancellationToken);
                warnings.AddRange(await LoadFeedAsync(connection, run, definition, feed, claimed[feed.Name], before,
                    deferred.JudgedOf(feed), cancellationToken));
            }

            if (await deferred.HoldAsync(connection, feeds, path, cancellationToken))
            {
                await connection.ExecuteAsync("release savepoint etl_feeds", cancellationToken);
                return
                [
                    .. warnings,
                    .. await RepeatedFiles.WarningsAsync(connection, run, definition.Pipeline, cancellationToken),
                    .. await RetriedRows.WarningsAsync(connection, run, definition.Pipeline, cancellationToken),
                ];
            }

            LogDeferred(string.Join(", ", feeds.SelectMany(deferred.JudgedOf)));
            await connection.ExecuteAsync("rollback to savepoint etl_feeds", cancellationToken);
            foreach (var drop in feeds.SelectMany(feed => claimed[feed.Name]))
            {
                await journal.ForgetRejectsAsync(run, drop, cancellationToken);
            }
        }
    }

    private async Task<IReadOnlyList<string>> LoadFeedAsync(
        NpgsqlConnection connection, Run run, LoadedDefinition definition, FeedDefinition feed, IEnumerable<Drop> claimed, long? former,
        IReadOnlyList<string> judged, CancellationToken cancellationToken)
    {
        var warnings = new List<string>();
        var limit = feed.Rejects ?? definition.Pipeline.Rejects;
        var totals = FeedTotals.None;
        Func<Drop, CancellationToken, Task<Stream>> open = async (drop, stop) => await drops.OpenAsync(drop, stop);
        foreach (var job in FeedParts.JobsOf(run, feed, claimed, limit, former, open))
        {
            var loaded = await LoadDropAsync(connection, job with
            {
                Before = feed.HasParts ? totals : FeedTotals.None,
                SearchPath = new SearchPath(definition.Pipeline.SearchPath),
                Judged = judged,
            }, cancellationToken);
            totals = totals.Plus(loaded);
            warnings.AddRange(loaded.Warnings);
        }

        return warnings;
    }

    private async Task<LoadedFeed> LoadDropAsync(NpgsqlConnection connection, FeedJob job, CancellationToken cancellationToken)
    {
        try
        {
            return (job.Judged.Count > 0 ? null : await LoadDropAsync(connection, job, careful: false, cancellationToken))
                ?? await LoadDropAsync(connection, job, careful: true, cancellationToken)
                ?? throw new InvalidOperationException($"{job.Feed.Table} refused a row of {job.Drop.Key} that was loaded with care.");
        }
        catch (Exception fault) when (!cancellationToken.IsCancellationRequested)
        {
            throw new StageFailedException(job.Run, RunStage.Load, fault) { Loading = job.Drop };
        }
    }

    private async Task<LoadedFeed?> LoadDropAsync(
        NpgsqlConnection connection, FeedJob job, bool careful, CancellationToken cancellationToken)
    {
        var began = time.GetTimestamp();
        await using var content = await drops.OpenAsync(job.Drop, cancellationToken);
        var loaded = await loader.LoadAsync(connection, job, content, careful, cancellationToken);
        if (loaded is not null)
        {
            await RecordAsync(job.Run, job.Drop, content, loaded, time.GetElapsedTime(began), cancellationToken);
        }

        return loaded;
    }

    private async Task RecordAsync(
        Run run, Drop drop, DropContent content, LoadedFeed loaded, TimeSpan took, CancellationToken cancellationToken)
    {
        if (loaded.RowsRead != loaded.RowsLoaded + loaded.RowsRejected)
        {
            throw new InvalidOperationException(
                $"Of {loaded.RowsRead} rows of {drop.Feed}, {loaded.RowsLoaded} are loaded and {loaded.RowsRejected} refused.");
        }

        var result = new FeedResult
        {
            Feed = drop.Feed,
            DropId = drop.Id,
            Bytes = content.Bytes,
            Sha256 = content.Sha256(),
            RowsRead = loaded.RowsRead,
            RowsLoaded = loaded.RowsLoaded,
            RowsRejected = loaded.RowsRejected,
            Took = took,
        };
        await journal.RecordFeedAsync(run, result, cancellationToken);
        LogLoaded(drop.Feed, loaded.RowsLoaded, loaded.RowsRejected, took.TotalSeconds);
    }

    private async Task StageAsync(Run run, RunStage stage, Func<Task> work, CancellationToken cancellationToken)
    {
        using var scope = logger.BeginScope(new Dictionary<string, object> { ["Stage"] = Word.Of(stage) });
        status.Working(run, stage);
        try
        {
            await journal.BeginStageAsync(run, stage, cancellationToken);
            await work();
            await journal.EndStageAsync(run, stage, cancellationToken);
        }
        catch (Exception fault) when (fault is not StageFailedException && !cancellationToken.IsCancellationRequested)
        {
            throw new StageFailedException(run, stage, fault);
        }
    }

    [LoggerMessage(LogLevel.Warning, "The refused rows are in etl.reject only; they could not be written to S3: {Cause}")]
    private partial void LogRejectsNotExported(string cause);

    [LoggerMessage(LogLevel.Warning, "Rows violate the deferred constraints {Constraints}: loading the feeds again, to name those rows")]
    private partial void LogDeferred(string constraints);

    [LoggerMessage(LogLevel.Information, "Loaded {Feed}: {RowsLoaded} rows, {RowsRejected} refused, in {Seconds:0.00} s")]
    private partial void LogLoaded(string feed, long rowsLoaded, long rowsRejected, double seconds);
}
