using EtlWorker.Domain.Runs;
using EtlWorker.Faults;
using EtlWorker.Gate;
using EtlWorker.Ledger;
using EtlWorker.Ledger.Runs;
using EtlWorker.Notify;
using Microsoft.Extensions.Logging;

namespace EtlWorker.Running;

/// <summary>The one place that decides what becomes of a run, by how its last stage ended.</summary>
internal sealed partial class RunReaction(
    ILedger ledger, IRunJournal journal, ClaimReview review, RunOutcomeWriter writer, ILockHolders holders, RunMemory memory,
    RunOptions options, TimeProvider time, ILogger<RunReaction> logger)
{
    private static readonly TimeSpan BookkeepingLimit = TimeSpan.FromSeconds(5);

    /// <param name="session">The run as it is now.</param>
    /// <param name="outcome">How its last stage ended.</param>
    /// <param name="cancellationToken">Cancels what is written; the run is found as it was then.</param>
    public async Task<StepOutcome> ReactAsync(RunSession session, StageOutcome outcome, CancellationToken cancellationToken)
    {
        var (run, isClaimed) = (session.Run, session.Run.State == RunState.Claimed);
        switch (outcome)
        {
            case StageOutcome.Completed:
                LogSucceeded(run.RunDate, run.Id);
                return new StepOutcome.Ran();
            case StageOutcome.Stopped:
                await (isClaimed ? ForgiveStoppedAsync(run) : Task.CompletedTask);
                return new StepOutcome.Stopped();
            case StageOutcome.PlanAgain changed when run.Origin == RunOrigin.Manual:
                var ended = changed.Fault with { Kind = FaultKind.Permanent, Remedy = "Once the file is as it is to be, run it again." };
                return await EndAsync(session, new StageOutcome.Failed(changed.Stage, ended, changed.Changed), cancellationToken);
            case StageOutcome.PlanAgain again:
                return await ReviewAsync(session, again, cancellationToken);
            case StageOutcome.Unreachable away:
                await ForgiveAsync(session, away.Fault, cancellationToken);
                ledger.ForgetConnections();
                memory.WasAway = true;
                return new StepOutcome.Delayed(away.Stage, away.Fault, run);
            // What is committed is carried forward, however often its session is lost; it has its patience.
            case StageOutcome.TryAgain { Fault: { Kind: FaultKind.SessionLost, CostsNoAttempt: true } } lost when isClaimed:
                ledger.ForgetConnections();
                memory.Guard(run);
                await BestEffort.TryAsync(() => journal.ForgiveAttemptAsync(run, cancellationToken), LogUnnoted);
                return new StepOutcome.Delayed(lost.Stage, lost.Fault, run);
            case StageOutcome.TryAgain { Fault.Kind: FaultKind.SessionLost } lost when isClaimed:
                await NoteAsync(run, lost.Fault, cancellationToken);
                return new StepOutcome.Delayed(lost.Stage, lost.Fault, run);
            case StageOutcome.TryAgain again:
                return await WaitAsync(session, again, cancellationToken);
            case StageOutcome.Failed failed:
                return await EndAsync(session, failed, cancellationToken);
            default:
                throw new ArgumentOutOfRangeException(nameof(outcome), outcome, "Nothing is known to do about this outcome.");
        }
    }

    /// <summary>A temporary fault: the run is tried again by a later step, until its patience is at an end.</summary>
    private async Task<StepOutcome> WaitAsync(RunSession session, StageOutcome.TryAgain again, CancellationToken cancellationToken)
    {
        var run = session.Run;
        // The pool may hold connections that died with the one that failed.
        ledger.ForgetConnections();
        if (again.Fault.IsOfLock && session.Ledger.IsOpen)
        {
            again = again with { Fault = await holders.DescribeAsync(session, again.Fault, cancellationToken) };
        }

        if (await journal.NotePassingAsync(run, again.Fault.Cause, cancellationToken) is not { } wait)
        {
            throw new RunTakenException(run.Id);
        }

        if (wait.Waited >= options.Patience)
        {
            return await EndAsync(session, new StageOutcome.Failed(again.Stage, again.Fault with
            {
                Kind = FaultKind.Permanent,
                Remedy = $"It has been tried since {wait.Since.UtcDateTime:yyyy-MM-dd HH:mm} UTC (RUN__PATIENCE). "
                    + (again.Fault.Remedy.Length > 0 ? again.Fault.Remedy : "See that the source and PostgreSQL can be reached."),
            }, null), cancellationToken);
        }

        if (wait.Waited >= Patience.BeforeNotice && !wait.IsNotified && session.Ledger.IsOpen)
        {
            await RunOutcomeWriter.NotifyOfWaitAsync(session, again, wait, options.Patience, cancellationToken);
        }

        return new StepOutcome.Delayed(again.Stage, again.Fault, run);
    }

    private async Task<StepOutcome> EndAsync(RunSession session, StageOutcome.Failed failed, CancellationToken cancellationToken)
    {
        if (!session.Ledger.IsOpen)
        {
            // The next step, on a session of its own, writes down how it ended: the cause must not be lost with this one.
            memory.Keep(session.Run, failed);
            ledger.ForgetConnections();
            return new StepOutcome.Delayed(failed.Stage, failed.Fault, session.Run);
        }

        // Before it is written: where the answer to a COMMIT is lost, a person's retry must not meet what is kept here.
        memory.ForgetVerdict();
        await writer.EndAsync(session, failed, cancellationToken);
        return new StepOutcome.Ran();
    }

    /// <summary>The next step begins anew with what is there now, or finds the day unused.</summary>
    private async Task<StepOutcome> ReviewAsync(RunSession session, StageOutcome.PlanAgain again, CancellationToken cancellationToken)
    {
        try
        {
            // First, for the review may meet a fault of its own.
            await NoteAsync(session.Run, again.Fault, cancellationToken);
            await review.ReviewAsync(session, again.Changed, cancellationToken);
            return new StepOutcome.Ran();
        }
        catch (RunFailedException lacking)
        {
            return await EndAsync(session, new StageOutcome.Failed(RunStage.Load, lacking.Fault, again.Changed), cancellationToken);
        }
        catch (Exception fault) when (
            FaultClassifier.Of(fault) is { Kind: FaultKind.Passing } && session.Ledger.IsOpen && !cancellationToken.IsCancellationRequested)
        {
            var passing = FaultClassifier.Of(fault);
            return await WaitAsync(
                session,
                new StageOutcome.TryAgain(again.Stage, passing with { Cause = $"{again.Fault.Cause}; {passing.Cause}", IsOfLock = false }),
                cancellationToken);
        }
    }

    /// <summary>
    /// The run may have its session while the journal gets none: a password was changed, credentials ran out, the server is full.
    /// </summary>
    private Task ForgiveAsync(RunSession session, Fault fault, CancellationToken cancellationToken) =>
        session.Run.State != RunState.Claimed
            ? Task.CompletedTask
            : BestEffort.TryAsync(
                () => session.Ledger.IsOpen
                    ? session.Ledger.Runs.ForgiveAttemptAsync(session.Run, cancellationToken)
                    : journal.NoteFaultAsync(session.Run, fault.Cause, cancellationToken),
                LogUnnoted);

    /// <summary>Whatever ends a load that is being stopped is the stop.</summary>
    private async Task ForgiveStoppedAsync(Run run)
    {
        using var briefly = new CancellationTokenSource(BookkeepingLimit, time);
        await BestEffort.TryAsync(() => journal.ForgiveAttemptAsync(run, briefly.Token), LogUnnoted);
        if (run.Origin == RunOrigin.Event)
        {
            LogStopped(run.RunDate, run.Id);
        }
    }

    private async Task NoteAsync(Run run, Fault fault, CancellationToken cancellationToken)
    {
        // The pool may hold connections that died with the one that failed.
        ledger.ForgetConnections();
        await BestEffort.TryAsync(() => journal.NoteFaultAsync(run, fault.Cause, cancellationToken), LogUnnoted);
    }

    private void LogUnnoted(Exception fault) => LogUnnoted(fault.Message);

    [LoggerMessage(
        LogLevel.Information,
        "Run {RunId} of {RunDate:yyyy-MM-dd} was stopped; what was not committed is rolled back, and the next start resumes it")]
    private partial void LogStopped(DateOnly runDate, long runId);

    [LoggerMessage(LogLevel.Warning, "Not noted in the ledger: {Fault}")]
    private partial void LogUnnoted(string fault);

    [LoggerMessage(LogLevel.Information, "Run {RunId} of {RunDate:yyyy-MM-dd} succeeded: results are in place")]
    private partial void LogSucceeded(DateOnly runDate, long runId);
}
