using System.Diagnostics;
using EtlWorker.Analyse;
using EtlWorker.Check;
using EtlWorker.Definitions;
using EtlWorker.Domain.Pipelines;
using EtlWorker.Domain.Runs;
using EtlWorker.Export;
using EtlWorker.Extract;
using EtlWorker.Faults;
using EtlWorker.Ledger;
using EtlWorker.Ledger.Runs;
using EtlWorker.Load;
using EtlWorker.Migrate;
using EtlWorker.Objects;
using EtlWorker.Running;
using EtlWorker.Storage;
using Microsoft.Extensions.Logging.Abstractions;

namespace EtlWorker.Plan;

/// <summary>
/// A run by the code of a run, in a transaction that is rolled back, under the pipeline's lock. What would end a run is kept, and what
/// can follow follows all the same.
/// </summary>
internal sealed class DryRun(Database database, ILedger ledger, IObjectSource source, PlanJournal journal, TimeProvider time)
{
    private const string Savepoint = "etl_plan";
    private readonly CountingDestination _exports = new();

    /// <param name="definition">The definition.</param>
    /// <param name="date">The run date.</param>
    /// <param name="set">What is loaded.</param>
    /// <param name="cancellationToken">Ends it; nothing stays.</param>
    /// <exception cref="FaultException">The database cannot be used, lacks the ledger, or another session holds the lock.</exception>
    public async Task<PlanReport> RunAsync(
        LoadedDefinition definition, DateOnly date, PlannedSet set, CancellationToken cancellationToken)
    {
        try
        {
            return await AttemptAsync(definition, date, set, isGuarded: false, cancellationToken);
        }
        catch (SessionLostException)
        {
            // A row ended the session. A run's next attempt has the server catch that.
            journal.Clear();
            return await AttemptAsync(definition, date, set, isGuarded: true, cancellationToken);
        }
    }

    private async Task<PlanReport> AttemptAsync(
        LoadedDefinition definition, DateOnly date, PlannedSet set, bool isGuarded, CancellationToken cancellationToken)
    {
        await using var session = await ledger.OpenLockableAsync(cancellationToken);
        // Who waits for the lock is told who has it.
        await session.Connection.ExecuteAsync("set application_name = 'etlworker plan'", cancellationToken);
        await SchemaMigration.RequireAsync(session.Connection, cancellationToken);
        await RequireTablesAsync(session, definition, cancellationToken);
        await LockAsync(session, definition.Pipeline.Name, cancellationToken);
        var run = new RunSession(new PlanSession(session, set.Drops), RunOf(definition, date), definition)
        {
            IsGuarded = isGuarded,
            ReadsOn = true,
        };
        var report = new PlanReport
        {
            Pipeline = definition.Pipeline.Name,
            RunDate = date,
            AsOf = run.Run.AsOf,
            Database = database.Target,
            Set = set,
        };
        await NoteDateAsync(session, report, cancellationToken);
        await using var transaction = await session.BeginAsync(cancellationToken);
        await WorkAsync(new RunWork(run), report, cancellationToken);
        return report;
    }

    private static async Task RequireTablesAsync(
        ILedgerSession session, LoadedDefinition definition, CancellationToken cancellationToken)
    {
        var state = await MigrationState.ReadAsync(session.Connection, definition, cancellationToken);
        if (state.FaultFor(definition.Pipeline.Name) is { } lacking)
        {
            throw new RunFailedException(lacking.Cause, lacking.Remedy);
        }
    }

    private static async Task LockAsync(ILedgerSession session, string pipeline, CancellationToken cancellationToken)
    {
        if (await session.WaitForLockAsync(pipeline, cancellationToken))
        {
            return;
        }

        var holder = await session.LockHolderAsync(pipeline, "", cancellationToken);
        throw new RunFailedException(
            $"another session holds the lock of pipeline {pipeline}: {holder?.Text ?? "it has ended by now"}",
            "Run the command again when its run has ended. Nothing was changed.");
    }

    /// <summary>What would keep a run of the date from being made, though its files are good.</summary>
    private static async Task NoteDateAsync(ILedgerSession session, PlanReport report, CancellationToken cancellationToken)
    {
        if (report.Set.Missing.Count > 0)
        {
            report.Failures.Add(new PlannedFailure(RunStage.Plan, null, new Fault(
                FaultKind.Permanent, $"no file for {string.Join(", ", report.Set.Missing)}: a run waits for it",
                "Add the file, under the path or the name that the feed's \"object\" has.")));
        }

        if (await session.Runs.OfDateAsync(report.Pipeline, report.RunDate, cancellationToken) is { } former)
        {
            report.Warnings.Add($"{report.RunDate:yyyy-MM-dd} has its run already ({EnumText.Of(former.State)}): files that land for it "
                + $"are held until `etlworker retry {report.RunDate:yyyy-MM-dd}`");
        }
    }

    private async Task WorkAsync(RunWork work, PlanReport report, CancellationToken cancellationToken)
    {
        var isLoaded = await TimedAsync(report, RunStage.Load, () => LoadAsync(work, report, cancellationToken));
        if (isLoaded)
        {
            await TimedAsync(report, RunStage.Check, () => CheckAsync(work, report, cancellationToken));
            await TimedAsync(report, RunStage.Analyse, () => AnalyseAsync(work, report, cancellationToken));
            await TimedAsync(report, RunStage.Commit, () => CommitAsync(work, report, cancellationToken));
            await TimedAsync(report, RunStage.Export, () => ExportAsync(work, report, cancellationToken));
        }

        report.Warnings.AddRange(work.Warnings);
        AddRejectFiles(work.Session.Pipeline, report);
        report.Exports.AddRange(
            from check in report.Checks
            where check.Finding?.Rows.Count > 0
            select new PlannedExport(
                work.Session.Pipeline.CheckRowsKey(check.Check.Name, report.RunDate), check.Finding!.Rows.Count, null));
    }

    /// <returns>Whether every file is in its table, less its rejects, so that the rest is worth asking.</returns>
    private async Task<bool> LoadAsync(RunWork work, PlanReport report, CancellationToken cancellationToken)
    {
        var reader = new DropReader(source, time, NullLogger<DropReader>.Instance);
        var loader = new FeedLoader(journal, database, NullLogger<FeedLoader>.Instance);
        var stage = new LoadStage(new LockWait(time), reader, new Manifests(source), loader, journal, new LoadProgress(), time,
            NullLogger<LoadStage>.Instance);
        Fault? ended = null;
        try
        {
            await stage.RunAsync(work, cancellationToken);
        }
        catch (Exception fault) when (IsOfPlan(fault, work, cancellationToken))
        {
            ended = FaultOf(fault);
        }

        report.Failures.AddRange(work.Failures.Select(of => new PlannedFailure(RunStage.Load, of.Drop.Key, of.Fault)));
        if (ended is not null)
        {
            report.Failures.Add(new PlannedFailure(RunStage.Load, work.Loading?.Key, ended));
        }

        foreach (var drop in report.Set.Drops)
        {
            var feed = work.Session.Pipeline.Feeds.Single(feed => feed.Name == drop.Feed);
            var result = journal.ResultOf(drop);
            var isLoaded = result is not null && !work.Failures.Any(of => of.Drop.Id == drop.Id && of.IsUnloaded);
            report.Files.Add(new PlannedFile(
                drop, feed, result?.Bytes ?? drop.Size, result?.RowsRead ?? 0, result?.RowsLoaded ?? 0,
                result?.RowsRejected ?? journal.CountOf(drop), result?.Took ?? TimeSpan.Zero, isLoaded));
        }

        return ended is null && report.Files.All(file => file.IsLoaded);
    }

    private async Task<bool> CheckAsync(RunWork work, PlanReport report, CancellationToken cancellationToken)
    {
        var stage = new CheckStage(journal, NullLogger<CheckStage>.Instance);
        foreach (var check in work.Session.Pipeline.Checks)
        {
            var began = Stopwatch.GetTimestamp();
            var finding = await TryAsync(
                work, report, RunStage.Check, () => stage.ExamineAsync(work.Session, check, cancellationToken), cancellationToken);
            report.Checks.Add(new PlannedCheck(check, finding, Stopwatch.GetElapsedTime(began)));
            if (finding is not null && CheckStage.FailureOf(finding) is { } failure)
            {
                report.Failures.Add(new PlannedFailure(RunStage.Check, null, failure.Fault));
            }
            else if (finding?.Verdict == CheckVerdict.Warned)
            {
                work.Warnings.Add(finding.Text);
            }
        }

        return true;
    }

    private static async Task<bool> AnalyseAsync(RunWork work, PlanReport report, CancellationToken cancellationToken)
    {
        foreach (var analysis in work.Session.Pipeline.Analyses)
        {
            var began = Stopwatch.GetTimestamp();
            var result = await TryAsync(work, report, RunStage.Analyse, async () =>
            {
                var table = await AnalyseStage.ReplaceAsync(work.Session, analysis, cancellationToken);
                var took = Stopwatch.GetElapsedTime(began);
                return await FirstRows.ReadAsync(work.Session, analysis, table, took, cancellationToken);
            }, cancellationToken);
            report.Results.Add(result ?? new PlannedResult(analysis, null, [], [], Stopwatch.GetElapsedTime(began)));
        }

        return true;
    }

    /// <summary>What the tables' constraints put off to the end may still fail. Nothing is committed.</summary>
    private static Task<bool> CommitAsync(RunWork work, PlanReport report, CancellationToken cancellationToken) =>
        TryAsync(work, report, RunStage.Commit, async () =>
        {
            await CommitStage.PrepareAsync(work, cancellationToken);
            return true;
        }, cancellationToken);

    /// <summary>Reads every export to its end, and writes none.</summary>
    private async Task<bool> ExportAsync(RunWork work, PlanReport report, CancellationToken cancellationToken)
    {
        var keys = await TryAsync(
            work, report, RunStage.Export, () => new ResultExporter(_exports).ExportAsync(work.Session, cancellationToken),
            cancellationToken) ?? [];
        var (name, date) = (report.Pipeline, report.RunDate);
        report.Exports.AddRange(
            from result in report.Results
            from export in result.Analysis.ExportsOf(name, date)
            where keys.Contains(export.Key)
            select new PlannedExport(export.Key, result.Rows ?? 0, _exports.Bytes[export.Key]));
        return true;
    }

    private static void AddRejectFiles(PipelineDefinition pipeline, PlanReport report) => report.Exports.AddRange(
        from feed in report.Files.Where(file => file.Rejected > 0).GroupBy(file => file.Feed.Name)
        from numbered in feed.Index()
        select new PlannedExport(
            pipeline.RejectsKey(feed.Key, report.RunDate, numbered.Index + 1), Math.Min(numbered.Item.Rejected, RejectLog.MostKept), null));

    /// <summary>A statement that fails must not keep those behind it from being asked.</summary>
    /// <returns>Null, or nothing, where it failed: the report says why.</returns>
    private static async Task<T?> TryAsync<T>(
        RunWork work, PlanReport report, RunStage stage, Func<Task<T>> ask, CancellationToken cancellationToken)
    {
        var connection = work.Session.Connection;
        await connection.ExecuteAsync($"savepoint {Savepoint}", cancellationToken);
        try
        {
            var answer = await ask();
            await connection.ExecuteAsync($"release savepoint {Savepoint}", cancellationToken);
            return answer;
        }
        catch (Exception fault) when (IsOfPlan(fault, work, cancellationToken))
        {
            await connection.ExecuteAsync($"rollback to savepoint {Savepoint}", cancellationToken);
            report.Failures.Add(new PlannedFailure(stage, null, FaultOf(fault)));
            return default;
        }
    }

    /// <summary>Whether a run would fail of it, and the plan can go on and say so.</summary>
    private static bool IsOfPlan(Exception fault, RunWork work, CancellationToken cancellationToken) =>
        fault is not SessionLostException && work.Session.Ledger.IsOpen && !cancellationToken.IsCancellationRequested
        && FaultClassifier.Of(fault) is { Unexpected: null };

    /// <summary>A run waits for a temporary fault to end; a plan does not.</summary>
    private static Fault FaultOf(Exception fault) => FaultClassifier.Of(fault) is { Remedy: "" } known
        ? known with { Remedy = "A run would be tried again until this has passed: run the command again." }
        : FaultClassifier.Of(fault);

    private static async Task<T> TimedAsync<T>(PlanReport report, RunStage stage, Func<Task<T>> work)
    {
        var began = Stopwatch.GetTimestamp();
        var result = await work();
        report.Stages.Add((stage, Stopwatch.GetElapsedTime(began)));
        return result;
    }

    /// <summary>A run that no ledger has.</summary>
    private static Run RunOf(LoadedDefinition definition, DateOnly date) => new()
    {
        Id = 0,
        Pipeline = definition.Pipeline.Name,
        RunDate = date,
        AsOf = definition.Pipeline.AsOfFor(date),
        State = RunState.Claimed,
        Attempt = 1,
        FirstAttempt = 1,
        DefinitionHash = definition.Hash,
        Worker = "",
        ClaimedAt = DateTimeOffset.UnixEpoch,
        Warnings = [],
    };
}
