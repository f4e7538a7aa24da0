using System.Data;
using EtlWorker.Definitions;
using EtlWorker.Domain.Runs;
using EtlWorker.Extract;
using EtlWorker.Gate;
using EtlWorker.Ledger;
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
    Database database, LoadedDefinition current, DayGate gate, ClaimReview review, RunExecutor executor, RunJournal journal, NoticeSender sender,
    RunOptions options, WorkerName worker, WorkerStatus status, TimeProvider time, ILogger<PipelineRunner> logger)
{
    /// <summary>How long a committed run's delivery is tried before a person is told.</summary>
    private static readonly TimeSpan DeliveryPatience = TimeSpan.FromHours(1);
    private static readonly TimeSpan BookkeepingLimit = TimeSpan.FromSeconds(5);

    private bool _schemaSeen;
    private (long Run, DateTimeOffset Since)? _undelivered;

    private string Pipeline => current.Pipeline.Name;

    /// <summary>What each line about a run says of it.</summary>
    public static Dictionary<string, object> ScopeOf(Run run) => new() { ["RunId"] = run.Id, ["RunDate"] = run.RunDate, ["Pipeline"] = run.Pipeline };

    /// <returns>Whether a run was executed to its end, so that another may be ready.</returns>
    /// <exception cref="StageFailedException">A transient failure; the next step takes the run up again.</exception>
    /// <exception cref="DatabaseUnreachableException">There is no connection to be had; nothing counts as tried.</exception>
    public async Task<bool> StepAsync(CancellationToken cancellationToken)
    {
        await using var connection = await OpenAsync(cancellationToken);
        await RequireSchemaAsync(connection, cancellationToken);
        if (!await PipelineLock.TryTakeAsync(connection, database, Pipeline, cancellationToken))
        {
            LogLockedElsewhere(Pipeline);
            return false;
        }

        var run = await RunLedger.UnfinishedAsync(connection, Pipeline, cancellationToken) is { } left
            ? await TakeUpAsync(connection, left, cancellationToken)
            : await gate.OpenAsync(connection, current, cancellationToken);
        if (run is not null)
        {
            try
            {
                await ExecuteAsync(connection, run, cancellationToken);
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
        try
        {
            var session = await database.OpenSessionAsync(cancellationToken);
            status.LedgerAnswered();
            return session;
        }
        catch (DatabaseUnreachableException)
        {
            // No time limit runs while nothing can be done.
            _undelivered = null;
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
            : throw new RunFailedException($"the database lacks migration {SchemaMigration.Newest}", "Run `etlworker migrate` with this version; the service goes on by itself then.");
    }

    private async Task ExecuteAsync(NpgsqlConnection connection, Run run, CancellationToken cancellationToken)
    {
        using var scope = logger.BeginScope(ScopeOf(run));
        var definition = await DefinitionOfAsync(connection, run, cancellationToken);
        // What is committed is only ever carried forward, however often its load was begun.
        if (run.State == RunState.Claimed && run.AttemptsUsed > options.Attempts)
        {
            await FailAsync(connection, run, definition, RunStage.Load, new SortedFailure(false,
                run.Error is { } last ? $"{options.Attempts} attempts ended early, the last one by: {last}" : $"the worker ended {options.Attempts} times while it loaded this run",
                "Look for what ended it: journalctl -u etlworker, dmesg for memory, PostgreSQL's log."), cancellationToken);
            return;
        }

        if (run.State == RunState.Claimed)
        {
            if (await LoadAsync(connection, run, definition, cancellationToken) is not { } committed)
            {
                return;
            }

            run = committed;
        }

        await DeliverAsync(connection, run, definition, cancellationToken);
    }

    private async Task DeliverAsync(NpgsqlConnection connection, Run run, LoadedDefinition definition, CancellationToken cancellationToken)
    {
        try
        {
            await executor.DeliverAsync(connection, run, definition, cancellationToken);
            LogSucceeded(run.RunDate, run.Id);
        }
        catch (StageFailedException failed) when (failed.InnerException is DatabaseUnreachableException)
        {
            _undelivered = null;
            throw failed.InnerException;
        }
        catch (StageFailedException failed)
        {
            var failure = FailureSorter.Sort(failed.InnerException!);
            _undelivered = _undelivered is { } former && former.Run == run.Id ? former : (run.Id, time.GetUtcNow());
            if (failure.IsTransient && time.GetUtcNow() - _undelivered.Value.Since < DeliveryPatience)
            {
                throw;
            }

            if (failure.IsTransient)
            {
                failure = failure with { Remedy = $"It has been tried for {DeliveryPatience.TotalMinutes:0} minutes. See that S3 can be reached." };
            }

            await executor.ParkAsync(connection, run, definition, failed.Stage, failure, cancellationToken);
            LogParked(failure.Unexpected, run.RunDate, run.Id, failed.Stage, failure.Cause, failure.Remedy);
        }
    }

    /// <returns>The committed run, or null when it failed for good and the ledger says so.</returns>
    private async Task<Run?> LoadAsync(NpgsqlConnection connection, Run run, LoadedDefinition definition, CancellationToken cancellationToken)
    {
        try
        {
            return await executor.LoadAsync(connection, run, definition, cancellationToken);
        }
        catch (StageFailedException failed) when (failed.InnerException is DropChangedException changed)
        {
            return await ReviewAsync(connection, run, definition, changed, cancellationToken);
        }
        catch (StageFailedException failed) when (failed.InnerException is DatabaseUnreachableException)
        {
            // The run has its session and the journal got none: a password was changed, credentials ran out, the server is full.
            await QuietlyAsync(() => connection.State == ConnectionState.Open
                ? RunLedger.ForgiveAttemptAsync(connection, run, cancellationToken)
                : journal.NoteFaultAsync(run, failed.InnerException.Message, cancellationToken));
            throw failed.InnerException;
        }
        catch (StageFailedException failed) when (failed.InnerException is SessionLostException)
        {
            database.ForgetConnections();
            await QuietlyAsync(() => journal.ForgiveAttemptAsync(run, cancellationToken));
            throw;
        }
        catch (StageFailedException failed)
        {
            var failure = FailureSorter.Sort(failed.InnerException!);
            // Without its connection the run cannot be ended here; whoever takes it up does that when it has been tried enough.
            if ((failure.IsTransient && run.AttemptsUsed < options.Attempts) || connection.State != ConnectionState.Open)
            {
                await NoteAsync(run, failure.Cause, cancellationToken);
                throw;
            }

            if (failure.IsTransient)
            {
                failure = failure with { Remedy = $"It was tried {run.AttemptsUsed} times. See that S3 and PostgreSQL can be reached." };
            }

            await FailAsync(connection, run, definition, failed.Stage, failure, cancellationToken);
            return null;
        }
        catch (Exception) when (cancellationToken.IsCancellationRequested)
        {
            // Whatever ends a load that is being stopped is the stop: a connection may break of it.
            using var briefly = new CancellationTokenSource(BookkeepingLimit, time);
            await QuietlyAsync(() => journal.ForgiveAttemptAsync(run, briefly.Token));
            LogStopped(run.RunDate, run.Id);
            throw new OperationCanceledException(cancellationToken);
        }
    }

    /// <returns>Null: the next step begins anew with what is there now, or finds the day unused.</returns>
    private async Task<Run?> ReviewAsync(
        NpgsqlConnection connection, Run run, LoadedDefinition definition, DropChangedException changed, CancellationToken cancellationToken)
    {
        try
        {
            // First, for the review may meet a fault of its own.
            await NoteAsync(run, changed.Message, cancellationToken);
            await review.ReviewAsync(connection, run, definition, changed.Drop, cancellationToken);
        }
        catch (RunFailedException failed)
        {
            await FailAsync(connection, run, definition, RunStage.Load, FailureSorter.Sort(failed), cancellationToken);
        }

        return null;
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

    private async Task FailAsync(
        NpgsqlConnection connection, Run run, LoadedDefinition definition, RunStage stage, SortedFailure failure, CancellationToken cancellationToken)
    {
        await executor.FailAsync(connection, run, definition, stage, failure, cancellationToken);
        LogFailed(failure.Unexpected, run.RunDate, run.Id, stage, failure.Cause, failure.Remedy);
    }

    private async Task<Run> TakeUpAsync(NpgsqlConnection connection, Run left, CancellationToken cancellationToken)
    {
        var run = left switch
        {
            { State: RunState.Claimed } => await RunLedger.NextAttemptAsync(connection, left, worker.Name, cancellationToken),
            { Worker: var former } when former != worker.Name => await RunLedger.TakeOverDeliveryAsync(connection, left, worker.Name, cancellationToken),
            _ => left,
        };
        LogTakenUp(run.RunDate, run.Id, Word.Of(run.State), run.Attempt);
        return run;
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

    [LoggerMessage(LogLevel.Debug, "Another worker is at work on {Pipeline}")]
    private partial void LogLockedElsewhere(string pipeline);

    [LoggerMessage(LogLevel.Warning, "Run {RunId} of {RunDate:yyyy-MM-dd} was left {State}: taken up again, attempt {Attempt}")]
    private partial void LogTakenUp(DateOnly runDate, long runId, string state, int attempt);

    [LoggerMessage(LogLevel.Information, "Run {RunId} of {RunDate:yyyy-MM-dd} was stopped; what was not committed is rolled back, and the next start takes it up")]
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
