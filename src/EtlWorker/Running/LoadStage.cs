using System.Data;
using EtlWorker.Domain.Drops;
using EtlWorker.Domain.Pipelines;
using EtlWorker.Domain.Runs;
using EtlWorker.Extract;
using EtlWorker.Ledger.Runs;
using EtlWorker.Load;
using EtlWorker.Storage;
using Microsoft.Extensions.Logging;

namespace EtlWorker.Running;

/// <summary>Fills the run's tables from its drops.</summary>
internal sealed partial class LoadStage(
    LockWait locks, DropReader drops, Manifests manifests, FeedLoader loader, IRunJournal journal, LoadProgress progress,
    TimeProvider time, ILogger<LoadStage> logger) : IRunStage
{
    private const string Savepoint = "etl_feeds";
    private const string FileSavepoint = "etl_file";
    private const string StatisticsSavepoint = "etl_statistics";

    public RunStage Stage => RunStage.Load;

    public async Task RunAsync(RunWork work, CancellationToken cancellationToken)
    {
        var session = work.Session;
        var connection = session.Connection;
        await LockWait.LimitAsync(connection, cancellationToken);
        var claimed = (await session.Ledger.Drops.ClaimedByAsync(session.Run.Id, cancellationToken)).ToLookup(drop => drop.Feed);
        progress.Begin(claimed.SelectMany(drops => drops));
        var feeds = session.Pipeline.Feeds.Where(feed => claimed.Contains(feed.Name)).ToList();
        var replaced = feeds.Where(feed => !feed.IsIncremental).ToList();
        var control = await ControlAsync(work, feeds, claimed, cancellationToken);
        await KeepNewerAsync(work, replaced, cancellationToken);
        work.Truncated = await locks.ExecuteAsync(
            connection, () => FeedLoader.EmptyAsync(connection, replaced, session.SearchPath, cancellationToken), cancellationToken);
        await LoadAsync(work, feeds, claimed, control, cancellationToken);
        await session.Ledger.RequireLockAsync(session.Run.Pipeline, CommitStage.OfTables, cancellationToken);
        await AnalyzeAsync(work, cancellationToken);
        work.Warnings.AddRange(await RepeatedFiles.WarningsAsync(session, cancellationToken));
        work.Warnings.AddRange(await RetriedRows.WarningsAsync(session, cancellationToken));
    }

    /// <summary>What the manifests say, by drop: one that is missing is known before anything is loaded.</summary>
    private async Task<IReadOnlyDictionary<long, ControlTotals>> ControlAsync(
        RunWork work, IReadOnlyList<FeedDefinition> feeds, ILookup<string, Drop> claimed, CancellationToken cancellationToken)
    {
        var control = new Dictionary<long, ControlTotals>();
        foreach (var (feed, drop) in feeds.SelectMany(feed => claimed[feed.Name].Select(drop => (feed, drop))))
        {
            work.Loading = drop;
            try
            {
                if (await manifests.ReadAsync(
                    work.Session.Run, feed, drop, DateOf(work.Session, feed, drop), cancellationToken) is { } totals)
                {
                    control.Add(drop.Id, totals);
                }
            }
            catch (FaultException fault) when (work.Session.ReadsOn)
            {
                control.Add(drop.Id, new ControlTotals("", null, null, default, null) { Unread = fault.Fault });
            }
        }

        work.Loading = null;
        return control;
    }

    /// <summary>The date of a file. A plan, or a command, has files of whatever time: one whose key names no date is of its own.</summary>
    private static DateOnly DateOf(RunSession session, FeedDefinition feed, Drop drop) => session switch
    {
        { ReadsOn: true } when drop.RunDate is { } date => date,
        { Run.Origin: RunOrigin.Manual } => feed.Takes(drop.Key, out var named) && named is { } date ? date : session.Run.RunDate,
        _ => session.Definition.Calendar.DateOf(feed, drop),
    };

    /// <summary>Where a newer date is loaded, its rows are kept beside and put back at the end.</summary>
    private static async Task KeepNewerAsync(RunWork work, IReadOnlyList<FeedDefinition> replaced, CancellationToken cancellationToken)
    {
        var session = work.Session;
        var newest = await session.Ledger.Runs.NewestLoadedAsync(session.Run.Pipeline, cancellationToken);
        if (newest is null || newest <= session.Run.RunDate)
        {
            return;
        }

        var newer = await StagingSnapshot.TakeAsync(session.Connection, replaced, cancellationToken);
        work.BeforeCommit.Add(stop => newer.RestoreAsync(session.Connection, session.SearchPath, stop));
        work.Warnings.Add($"{newest:yyyy-MM-dd} has been loaded since: staging keeps its rows, "
            + "and results without a date in their key stay its own");
    }

    /// <summary>
    /// Has the server look at the tables that were truncated, where checks or analyses follow: with statistics of no rows it may plan them
    /// for hours. Where this login may not, or the server cannot, they are made by autovacuum after the run. A table that was deleted from
    /// keeps those of its former rows: they are alike, and new ones would outlive a rollback.
    /// </summary>
    private async Task AnalyzeAsync(RunWork work, CancellationToken cancellationToken)
    {
        var (connection, pipeline) = (work.Session.Connection, work.Session.Pipeline);
        if (pipeline.Checks.Count + pipeline.Analyses.Count == 0 || await CitusCluster.IsAsync(connection, cancellationToken))
        {
            return;
        }

        foreach (var table in work.Truncated.Select(feed => TableName.Parse(feed.Table)))
        {
            await connection.ExecuteAsync($"savepoint {StatisticsSavepoint}", cancellationToken);
            try
            {
                await connection.LimitedAsync(
                    $"the statistics of {table}",
                    () => connection.ExecuteAsync($"analyze {table.Quoted}", cancellationToken));
            }
            catch (Exception fault) when (ServerError.Of(fault) is not null && connection.State == ConnectionState.Open
                && !cancellationToken.IsCancellationRequested)
            {
                await connection.ExecuteAsync($"rollback to savepoint {StatisticsSavepoint}", cancellationToken);
                LogNoStatistics(table, ServerError.Of(fault)!.SqlState);
            }

            await connection.ExecuteAsync($"release savepoint {StatisticsSavepoint}", cancellationToken);
        }
    }

    /// <summary>Loads every feed, and all of them again, row by row, where rows violate a deferred constraint.</summary>
    private async Task LoadAsync(
        RunWork work, IReadOnlyList<FeedDefinition> feeds, ILookup<string, Drop> claimed,
        IReadOnlyDictionary<long, ControlTotals> control, CancellationToken cancellationToken)
    {
        var (connection, path) = (work.Session.Connection, work.Session.SearchPath);
        var former = await work.Session.Ledger.Runs.FormerRowsAsync(work.Session.Run, feeds, cancellationToken);
        var deferred = await DeferredConstraints.OfAsync(connection, feeds, cancellationToken);
        await connection.ExecuteAsync($"savepoint {Savepoint}", cancellationToken);
        while (true)
        {
            var warnings = new List<string>();
            work.Failures.Clear();
            foreach (var feed in deferred.Ordered(feeds))
            {
                var before = former.GetValueOrDefault(feed.Name, FormerRows.None);
                await deferred.DemandAsync(connection, feed, path, cancellationToken);
                warnings.AddRange(
                    await LoadFeedAsync(
                        work, feed, [.. claimed[feed.Name]], before, control, deferred.JudgedOf(feed), cancellationToken));
            }

            if (await deferred.HoldAsync(connection, feeds, path, cancellationToken))
            {
                await connection.ExecuteAsync($"release savepoint {Savepoint}", cancellationToken);
                work.Warnings.AddRange(warnings);
                return;
            }

            LogDeferred(string.Join(", ", feeds.SelectMany(deferred.JudgedOf)));
            await connection.ExecuteAsync($"rollback to savepoint {Savepoint}", cancellationToken);
            foreach (var drop in feeds.SelectMany(feed => claimed[feed.Name]))
            {
                await journal.ForgetRejectsAsync(work.Session.Run, drop, cancellationToken);
            }
        }
    }

    private async Task<IReadOnlyList<string>> LoadFeedAsync(
        RunWork work, FeedDefinition feed, IReadOnlyCollection<Drop> claimed, FormerRows former,
        IReadOnlyDictionary<long, ControlTotals> control, IReadOnlyList<string> judged, CancellationToken cancellationToken)
    {
        var session = work.Session;
        var warnings = new List<string>();
        var limit = feed.Rejects ?? session.Pipeline.Rejects;
        var totals = FeedTotals.None;
        var dates = feed.IsIncremental
            ? claimed.Select(drop => DateOf(session, feed, drop)).Distinct().Count() : 1;
        Func<Drop, CancellationToken, Task<Stream>> open = async (drop, stop) => await drops.OpenAsync(drop, stop);
        foreach (var job in FeedParts.JobsOf(session.Run, feed, claimed, limit, former, open))
        {
            // It stays the one at fault where loading it fails.
            work.Loading = job.Drop;
            var loaded = await LoadDropAsync(work, job with
            {
                Before = feed.HasParts ? totals : FeedTotals.None,
                LoadedBefore = totals.Loaded,
                Dates = dates,
                SearchPath = session.SearchPath,
                Control = control.GetValueOrDefault(job.Drop.Id),
                Judged = judged,
                IsTruncated = work.Truncated.Contains(feed),
                IsGuarded = session.IsGuarded,
                ReadsOn = session.ReadsOn,
                Progress = progress,
            }, cancellationToken);
            progress.Close();
            work.Loading = null;
            totals = totals.Plus(loaded);
            warnings.AddRange(loaded.Warnings);
        }

        return warnings;
    }

    /// <summary>Loads a drop; where the run reads on, what would have failed it is kept, and the next drop follows.</summary>
    private async Task<LoadedFeed> LoadDropAsync(RunWork work, FeedJob job, CancellationToken cancellationToken)
    {
        var session = work.Session;
        if (!session.ReadsOn)
        {
            return await LoadDropAsync(session, job, cancellationToken);
        }

        await session.Connection.ExecuteAsync($"savepoint {FileSavepoint}", cancellationToken);
        try
        {
            var loaded = await LoadDropAsync(session, job, cancellationToken);
            await session.Connection.ExecuteAsync($"release savepoint {FileSavepoint}", cancellationToken);
            if (loaded.Failure is { } failure)
            {
                work.Failures.Add((job.Drop, failure.Fault, IsUnloaded: false));
            }

            return loaded;
        }
        catch (RunFailedException failure)
        {
            await session.Connection.ExecuteAsync($"rollback to savepoint {FileSavepoint}", cancellationToken);
            work.Failures.Add((job.Drop, failure.Fault, IsUnloaded: true));
            return new LoadedFeed(0, 0, 0, []);
        }
    }

    private async Task<LoadedFeed> LoadDropAsync(RunSession session, FeedJob job, CancellationToken cancellationToken) =>
        (job.Judged.Count > 0 ? null : await LoadDropAsync(session, job, rowByRow: false, cancellationToken))
        ?? await LoadDropAsync(session, job, rowByRow: true, cancellationToken)
        ?? throw new InvalidOperationException($"{job.Feed.Table} refused a row of {job.Drop.Key} that was loaded row by row.");

    private async Task<LoadedFeed?> LoadDropAsync(RunSession session, FeedJob job, bool rowByRow, CancellationToken cancellationToken)
    {
        var began = time.GetTimestamp();
        await using var content = await drops.OpenAsync(job.Drop, cancellationToken);
        progress.Open(job.Drop, () => content.Bytes);
        var loaded = await LoadPromisedAsync(session, job, content, rowByRow, cancellationToken);
        if (loaded is not null)
        {
            await RecordAsync(job.Run, job.Drop, content, loaded, time.GetElapsedTime(began), cancellationToken);
            var disagreement = manifests.Disagreement(job, loaded.RowsRead, content.Sha256());
            return disagreement is null || job.ReadsOn ? loaded with { Failure = disagreement ?? loaded.Failure } : throw disagreement;
        }

        return null;
    }

    /// <exception cref="DropChangedException">It was overwritten while it was read: nothing that was found in it counts.</exception>
    private async Task<LoadedFeed?> LoadPromisedAsync(
        RunSession session, FeedJob job, DropContent content, bool rowByRow, CancellationToken cancellationToken)
    {
        LoadedFeed? loaded;
        try
        {
            loaded = await loader.LoadAsync(session.Connection, job, content, rowByRow, cancellationToken);
        }
        catch (RunFailedException)
        {
            await RequirePromisedAsync(job, content, cancellationToken);
            throw;
        }

        await RequirePromisedAsync(job, content, cancellationToken);
        return loaded;
    }

    private static async Task RequirePromisedAsync(FeedJob job, DropContent content, CancellationToken cancellationToken)
    {
        if (!await content.IsAsPromisedAsync(cancellationToken))
        {
            throw new DropChangedException(job.Drop);
        }
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
            Indexes = loaded.Indexes,
            Took = took,
        };
        await journal.RecordFeedAsync(run, result, cancellationToken);
        LogLoaded(drop.Feed, loaded.RowsLoaded, loaded.RowsRejected, took.TotalSeconds, loaded.Indexes);
    }

    [LoggerMessage(LogLevel.Warning, "Rows violate the deferred constraints {Constraints}: loading the feeds again, to name those rows")]
    private partial void LogDeferred(string constraints);

    [LoggerMessage(LogLevel.Warning, "PostgreSQL made no statistics of {Table} (SQLSTATE {State}); autovacuum makes them after the run")]
    private partial void LogNoStatistics(TableName table, string state);

    [LoggerMessage(
        LogLevel.Information, "Loaded {Feed}: {RowsLoaded} rows, {RowsRejected} refused, in {Seconds:0.00} s; indexes {Indexes}")]
    private partial void LogLoaded(string feed, long rowsLoaded, long rowsRejected, double seconds, string indexes);
}
