using System.Data;
using EtlWorker.Definitions;
using EtlWorker.Domain.Pipelines;
using EtlWorker.Domain.Runs;
using EtlWorker.Domain.Text;
using EtlWorker.Extract;
using EtlWorker.Gate;
using EtlWorker.Ledger;
using EtlWorker.Ledger.Runs;
using EtlWorker.Liveness;
using EtlWorker.Load;
using EtlWorker.Notify;
using EtlWorker.Storage;
using Microsoft.Extensions.Logging;
using Npgsql;

namespace EtlWorker.Running;

/// <summary>
/// One step of the pipeline: takes up the run that was left unfinished, else claims a batch that is ready; executes it;
/// sends what is to be said. A retry and a recovery after a crash are the same path.
/// </summary>
internal sealed partial class PipelineRunner(
    Database database, LoadedDefinition current, WorkerRegistry registry, DayGate gate, ClaimReview review, RunExecutor executor,
    RunJournal journal,
    LockedPipeline locked, NoticeSender sender, RunOptions options, WorkerName worker, WorkerStatus status, TimeProvider time,
    ILogger<PipelineRunner> logger)
{
    private static readonly TimeSpan BookkeepingLimit = TimeSpan.FromSeconds(5);

    private bool _schemaSeen;
    private bool _wasAway;

    /// <summary>How a run ends whose session was lost before the ledger could be told.</summary>
    private (Run Run, RunStage Stage, SortedFailure Failure)? _verdict;

    private string Pipeline => current.Pipeline.Name;

    /// <summary>What each line about a run says of it.</summary>
    public static Dictionary<string, object> ScopeOf(Run run) =>
        new() { ["RunId"] = run.Id, ["RunDate"] = run.RunDate, ["Pipeline"] = run.Pipeline };

    /// <returns>Whether a run was executed to its end, so that another may be ready.</returns>
    /// <exception cref="StageFailedException">A passing failure; a later step takes the run up again.</exception>
    /// <exception cref="DatabaseUnreachableException">There is no connection to be had; nothing counts as tried.</exception>
    public async Task<bool> StepAsync(CancellationToken cancellationToken)
    {
        await using var connection = await OpenAsync(cancellationToken);
        if (!await PipelineLock.TryTakeAsync(connection, database, Pipeline, cancellationToken))
        {
            // Whoever has it decides what becomes of its run.
            _verdict = null;
            // What needs no lock goes on, whoever has it.
            await gate.WarnOfMissedDeadlinesAsync(connection, current, cancellationToken);
            await sender.SendAsync(connection, Pipeline, cancellationToken);
            await locked.WatchAsync(connection, Pipeline, cancellationToken);
            return false;
        }

        await locked.FreeAsync(cancellationToken);
        await gate.WarnOfMissedDeadlinesAsync(connection, current, cancellationToken);
        var run = await RunLedger.UnfinishedAsync(connection, Pipeline, cancellationToken) is { } left
            ? await TakeUpAsync(connection, left, cancellationToken)
            : await gate.OpenAsync(connection, current, cancellationToken);
        if (run is not null)
        {
            try
            {
                await ExecuteAsync(connection, run, cancellationToken);
            }
            catch (StageFailedException) when (connection.State == ConnectionState.Open)
            {
                // A run that waits keeps nobody else's notices back, nor its own.
                await sender.SendAsync(connection, Pipeline, cancellationToken);
                throw;
            }
            finally
            {
                status.Idle();
            }
        }

        await sender.SendAsync(connection, Pipeline, cancellationToken);
        return run is not null;
    }

    private async Task<NpgsqlConnection> OpenAsync(CancellationToken cancellationToken)
    {
        NpgsqlConnection? connection = null;
        try
        {
            connection = await database.OpenSessionAsync(cancellationToken);
            await RequireSchemaAsync(connection, cancellationToken);
            await registry.SeenAsync(connection, cancellationToken);
            status.LedgerAnswered();
            return connection;
        }
        catch (Exception fault)
        {
            // No time limit runs while nothing can be done.
            _wasAway |= fault is DatabaseUnreachableException;
            await (connection?.DisposeAsync() ?? ValueTask.CompletedTask);
            throw;
        }
    }

    private async Task RequireSchemaAsync(NpgsqlConnection connection, CancellationToken cancellationToken)
    {
        if (_schemaSeen)
        {
            return;
        }

        var applied = await SchemaMigration.AppliedAsync(connection, cancellationToken);
        _schemaSeen = applied.Contains(SchemaMigration.Newest)
            ? true
            : throw new RunFailedException(
                $"the database lacks migration {SchemaMigration.Newest}",
                "Run `etlworker migrate` with this version; the service goes on by itself then.");
        var open = await OpenSchemas.FindAsync(connection, new SearchPath(current.Pipeline.SearchPath), cancellationToken);
        if (open.Count > 0)
        {
            LogOpenSchemas(string.Join(", ", open));
        }

        var replaced = current.Pipeline.Feeds.Where(feed => !feed.Accumulates).ToList();
        foreach (var refusal in await ReferringKeys.RefusalsAsync(connection, replaced, cancellationToken))
        {
            LogDestructiveKey(refusal.Message, refusal.Remedy);
        }
    }

    private async Task ExecuteAsync(NpgsqlConnection connection, Run run, CancellationToken cancellationToken)
    {
        using var scope = logger.BeginScope(ScopeOf(run));
        var definition = await DefinitionOfAsync(connection, run, cancellationToken);
        if (_verdict is { } verdict && verdict.Run.Id == run.Id && verdict.Run.Attempt == run.Attempt && verdict.Run.State == run.State)
        {
            await EndAsync(connection, run, definition, verdict.Stage, verdict.Failure, cancellationToken);
            return;
        }

        // What is committed is only ever carried forward, however often its load was begun.
        if (run.State == RunState.Claimed && run.AttemptsUsed > options.Attempts)
        {
            await EndAsync(connection, run, definition, RunStage.Load, new SortedFailure(FaultKind.Permanent,
                run.Error is { } last
                    ? $"{Counted.Of(options.Attempts, "attempt")} ended early, the last one by: {last}"
                    : $"the worker ended {Counted.Of(options.Attempts, "time")} while it loaded this run",
                "Look for what ended it: journalctl -u etlworker, dmesg for memory, PostgreSQL's log."), cancellationToken);
            return;
        }

        try
        {
            if (run.State == RunState.Claimed)
            {
                run = await executor.LoadAsync(connection, run, definition, cancellationToken);
            }

            await executor.DeliverAsync(connection, run, definition, cancellationToken);
            LogSucceeded(run.RunDate, run.Id);
        }
        catch (StageFailedException failed)
        {
            await ReactAsync(connection, run, definition, failed, cancellationToken);
        }
        catch (Exception) when (cancellationToken.IsCancellationRequested && run.State == RunState.Claimed)
        {
            // Whatever ends a load that is being stopped is the stop: a connection may break of it.
            using var briefly = new CancellationTokenSource(BookkeepingLimit, time);
            await QuietlyAsync(() => journal.ForgiveAttemptAsync(run, briefly.Token));
            LogStopped(run.RunDate, run.Id);
            throw new OperationCanceledException(cancellationToken);
        }
    }

    /// <summary>The one place that decides what becomes of a run that met a fault.</summary>
    private async Task ReactAsync(
        NpgsqlConnection connection, Run run, LoadedDefinition definition, StageFailedException failed, CancellationToken cancellationToken)
    {
        var fault = failed.InnerException!;
        if (fault is DropChangedException changed && run.State == RunState.Claimed)
        {
            await ReviewAsync(connection, run, definition, failed, changed, cancellationToken);
            return;
        }

        var failure = FailureSorter.Sort(failed);
        if (failure.Kind == FaultKind.Passing && connection.State != ConnectionState.Open)
        {
            failure = failure with { Kind = FaultKind.SessionLost };
        }

        switch (failure.Kind)
        {
            case FaultKind.Unreachable:
                await ForgiveAsync(connection, run, failure.Cause, cancellationToken);
                _wasAway = true;
                throw fault is PostgresException standby ? database.ReadOnly(standby) : fault;
            // What is committed is carried forward, however often its session is lost; it has its patience.
            case FaultKind.SessionLost when run.State == RunState.Claimed && fault is SessionLostException:
                database.ForgetConnections();
                await QuietlyAsync(() => journal.ForgiveAttemptAsync(run, cancellationToken));
                throw failed;
            case FaultKind.SessionLost when run.State == RunState.Claimed:
                await NoteAsync(run, failure.Cause, cancellationToken);
                throw failed;
            case FaultKind.Permanent:
                await EndOrRememberAsync(connection, run, definition, failed, failure, cancellationToken);
                break;
            default:
                await WaitAsync(connection, run, definition, failed, failure, cancellationToken);
                break;
        }
    }

    /// <summary>A fault that passes: the run is tried again by a later step, until its patience is at an end.</summary>
    private async Task WaitAsync(
        NpgsqlConnection connection, Run run, LoadedDefinition definition, StageFailedException failed, SortedFailure failure,
        CancellationToken cancellationToken)
    {
        // The pool may hold connections that died with the one that failed.
        database.ForgetConnections();
        if (failed.InnerException is PostgresException { SqlState: PostgresErrorCodes.LockNotAvailable }
            && connection.State == ConnectionState.Open)
        {
            var (cause, remedy) = await LockHolders.DescribeAsync(connection, definition.Pipeline, cancellationToken);
            failure = failure with { Cause = cause, Remedy = remedy };
        }

        if (await journal.NotePassingAsync(run, failure.Cause, cancellationToken) is not { } wait)
        {
            throw new RunTakenException(run.Id);
        }

        if (wait.Waited >= options.Patience)
        {
            await EndOrRememberAsync(connection, run, definition, failed, failure with
            {
                Kind = FaultKind.Permanent,
                Remedy = $"It has been tried since {wait.Since.UtcDateTime:yyyy-MM-dd HH:mm} UTC (RUN__PATIENCE). "
                    + (failure.Remedy.Length > 0 ? failure.Remedy : "See that S3 and PostgreSQL can be reached."),
            }, cancellationToken);
            return;
        }

        if (wait.Waited >= Patience.BeforeTelling && !wait.IsTold && connection.State == ConnectionState.Open)
        {
            await executor.TellOfWaitAsync(connection, run, failed.Stage, failure, wait, options.Patience, cancellationToken);
        }

        throw new StageFailedException(run, failed.Stage, failed.InnerException!) { Failure = failure };
    }

    private async Task EndOrRememberAsync(
        NpgsqlConnection connection, Run run, LoadedDefinition definition, StageFailedException failed, SortedFailure failure,
        CancellationToken cancellationToken)
    {
        if (connection.State == ConnectionState.Open)
        {
            await EndAsync(connection, run, definition, failed.Stage, failure, cancellationToken);
            return;
        }

        // The next step, on a session of its own, writes down how it ended: the cause must not be lost with this one.
        _verdict = (run, failed.Stage, failure);
        database.ForgetConnections();
        throw new StageFailedException(run, failed.Stage, failed.InnerException!) { Failure = failure };
    }

    private async Task EndAsync(
        NpgsqlConnection connection, Run run, LoadedDefinition definition, RunStage stage, SortedFailure failure,
        CancellationToken cancellationToken)
    {
        _verdict = null;
        if (run.State == RunState.Committed)
        {
            await executor.ParkAsync(connection, run, definition, stage, failure, cancellationToken);
            LogParked(failure.Unexpected, run.RunDate, run.Id, stage, failure.Cause, failure.Remedy);
            return;
        }

        await executor.FailAsync(connection, run, definition, stage, failure, cancellationToken);
        LogFailed(failure.Unexpected, run.RunDate, run.Id, stage, failure.Cause, failure.Remedy);
    }

    /// <summary>
    /// The run may have its session while the journal gets none: a password was changed, credentials ran out, the server is full.
    /// </summary>
    private Task ForgiveAsync(NpgsqlConnection connection, Run run, string cause, CancellationToken cancellationToken) =>
        run.State != RunState.Claimed ? Task.CompletedTask : QuietlyAsync(() => connection.State == ConnectionState.Open
            ? RunLedger.ForgiveAttemptAsync(connection, run, cancellationToken)
            : journal.NoteFaultAsync(run, cause, cancellationToken));

    /// <summary>The next step begins anew with what is there now, or finds the day unused.</summary>
    private async Task ReviewAsync(
        NpgsqlConnection connection, Run run, LoadedDefinition definition, StageFailedException failed, DropChangedException changed,
        CancellationToken cancellationToken)
    {
        try
        {
            // First, for the review may meet a fault of its own.
            await NoteAsync(run, changed.Message, cancellationToken);
            await review.ReviewAsync(connection, run, definition, changed.Drop, cancellationToken);
        }
        catch (RunFailedException lacking)
        {
            var failure = FailureSorter.Sort(lacking) with { AtFault = changed.Drop };
            await EndAsync(connection, run, definition, RunStage.Load, failure, cancellationToken);
        }
        catch (Exception fault) when (
            FailureSorter.Sort(fault) is { Kind: FaultKind.Passing } passing && connection.State == ConnectionState.Open)
        {
            await WaitAsync(
                connection, run, definition, failed, passing with { Cause = $"{changed.Message}; {passing.Cause}" }, cancellationToken);
        }
    }

    private async Task NoteAsync(Run run, string fault, CancellationToken cancellationToken)
    {
        // The pool may hold connections that died with the one that failed.
        database.ForgetConnections();
        await QuietlyAsync(() => journal.NoteFaultAsync(run, fault, cancellationToken));
    }

    private async Task QuietlyAsync(Func<Task> bookkeeping)
    {
        try
        {
            await bookkeeping();
        }
        catch (Exception fault) when (fault is NpgsqlException or OperationCanceledException or IOException or TimeoutException)
        {
            LogUnnoted(fault.Message);
        }
    }

    private async Task<Run> TakeUpAsync(NpgsqlConnection connection, Run left, CancellationToken cancellationToken)
    {
        if (_verdict is { } verdict && verdict.Run.Id == left.Id && verdict.Run.Attempt == left.Attempt && verdict.Run.State == left.State)
        {
            return left;
        }

        _verdict = null;
        await RunLedger.BeginWaitAnewAsync(connection, left, _wasAway, cancellationToken);
        _wasAway = false;
        var run = left switch
        {
            { State: RunState.Claimed } => await RunLedger.NextAttemptAsync(connection, left, worker.Name, cancellationToken),
            { Worker: var former } when former != worker.Name =>
                await RunLedger.TakeOverDeliveryAsync(connection, left, worker.Name, cancellationToken),
            _ => left,
        };
        LogBegun(left, run);
        return run;
    }

    private void LogBegun(Run left, Run run)
    {
        if (left.IsAwaited)
        {
            LogRetryBegun(run.RunDate, run.Id, run.Attempt, run.Reason ?? "");
        }
        else if (left.PassingSince is not null)
        {
            LogTriedAgain(run.RunDate, run.Id, run.Attempt);
        }
        else
        {
            LogTakenUp(run.RunDate, run.Id, Word.Of(run.State), run.Attempt);
        }
    }

    private async Task<LoadedDefinition> DefinitionOfAsync(NpgsqlConnection connection, Run run, CancellationToken cancellationToken)
    {
        if (run.DefinitionHash == current.Hash)
        {
            return current;
        }

        var (document, sql) = await RunLedger.DefinitionAsync(connection, run.DefinitionHash, cancellationToken);
        return DefinitionFile.FromLedger(document, sql);
    }

    [LoggerMessage(LogLevel.Warning,
        "Other roles may create in {Schemas}, "
        + "where this pipeline's SQL and triggers look for what they name without a schema: a function or an operator of "
        + "theirs would run with the worker's rights. "
        + "Revoke CREATE there (from public too), or name other schemas in the definition's \"searchPath\"")]
    private partial void LogOpenSchemas(string schemas);

    [LoggerMessage(LogLevel.Error, "No run can replace its tables: {Cause}. {Remedy}")]
    private partial void LogDestructiveKey(string cause, string remedy);

    [LoggerMessage(LogLevel.Information, "The retry of {RunDate:yyyy-MM-dd} begins: run {RunId}, attempt {Attempt}. Asked for: {Reason}")]
    private partial void LogRetryBegun(DateOnly runDate, long runId, int attempt, string reason);

    [LoggerMessage(LogLevel.Information, "Run {RunId} of {RunDate:yyyy-MM-dd} is tried again after a passing fault, attempt {Attempt}")]
    private partial void LogTriedAgain(DateOnly runDate, long runId, int attempt);

    [LoggerMessage(LogLevel.Warning, "Run {RunId} of {RunDate:yyyy-MM-dd} was left {State}: taken up again, attempt {Attempt}")]
    private partial void LogTakenUp(DateOnly runDate, long runId, string state, int attempt);

    [LoggerMessage(
        LogLevel.Information,
        "Run {RunId} of {RunDate:yyyy-MM-dd} was stopped; what was not committed is rolled back, and the next start takes it up")]
    private partial void LogStopped(DateOnly runDate, long runId);

    [LoggerMessage(LogLevel.Warning, "Not noted in the ledger: {Fault}")]
    private partial void LogUnnoted(string fault);

    [LoggerMessage(LogLevel.Information, "Run {RunId} of {RunDate:yyyy-MM-dd} succeeded: results are in place")]
    private partial void LogSucceeded(DateOnly runDate, long runId);

    [LoggerMessage(LogLevel.Error, "Run {RunId} of {RunDate:yyyy-MM-dd} is loaded and not delivered, at {Stage}: {Cause}. {Remedy}")]
    private partial void LogParked(Exception? fault, DateOnly runDate, long runId, RunStage stage, string cause, string remedy);

    [LoggerMessage(LogLevel.Error, "Run {RunId} of {RunDate:yyyy-MM-dd} failed at {Stage}: {Cause}. {Remedy}")]
    private partial void LogFailed(Exception? fault, DateOnly runDate, long runId, RunStage stage, string cause, string remedy);
}
