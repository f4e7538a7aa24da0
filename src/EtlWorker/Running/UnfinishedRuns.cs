using EtlWorker.Domain.Runs;
using EtlWorker.Domain.Text;
using EtlWorker.Ledger;
using EtlWorker.Ledger.Runs;
using Microsoft.Extensions.Logging;

namespace EtlWorker.Running;

/// <summary>Resumes a run that has begun and not ended: after a crash, a stop, a temporary fault, or for a person's retry.</summary>
internal sealed partial class UnfinishedRuns(
    RunMemory memory, RunOptions options, WorkerName worker, ILogger<UnfinishedRuns> logger)
{
    /// <summary>Called with the pipeline's lock held.</summary>
    /// <exception cref="RunTakenException">Another worker has resumed it.</exception>
    public async Task<Run> ResumeAsync(ILedgerSession session, Run left, CancellationToken cancellationToken)
    {
        if (memory.VerdictOf(left) is not null || IsAbandoned(left))
        {
            return left;
        }

        memory.ForgetVerdict();
        await session.Runs.BeginWaitAnewAsync(left, memory.WasAway, cancellationToken);
        memory.WasAway = false;
        var run = left switch
        {
            { State: RunState.Claimed } => await session.Runs.NextAttemptAsync(left, worker.Name, cancellationToken),
            { Worker: var former } when former != worker.Name =>
                await session.Runs.TakeOverDeliveryAsync(left, worker.Name, cancellationToken),
            _ => left,
        };
        LogBegun(left, run);
        return run;
    }

    /// <summary>
    /// A run is not executed again whose end could not be written, whose command is gone, or whose load was begun too often.
    /// </summary>
    /// <returns>How it has ended; null for another run.</returns>
    public StageOutcome.Failed? EndOf(Run run) =>
        memory.VerdictOf(run) ?? (IsAbandoned(run) ? AbandonedOf(run) : ExhaustedOf(run));

    private static StageOutcome.Failed AbandonedOf(Run run)
    {
        var isLoaded = run.State == RunState.Committed;
        return new StageOutcome.Failed(
            isLoaded ? RunStage.Export : RunStage.Load,
            new Fault(
                FaultKind.Permanent,
                $"its command was stopped, ended, or lost its session, before the run was {(isLoaded ? "delivered" : "loaded")}",
                $"Its rows are {(isLoaded ? "" : "not ")}in the tables."),
            null);
    }

    /// <summary>
    /// Nobody but a command can read its files, and knows where its results are to go; that the lock is free says that it is gone.
    /// </summary>
    private bool IsAbandoned(Run run) => run.Origin == RunOrigin.Manual
        && (run.State == RunState.Claimed ? run.Id != memory.OfCommand : !memory.CommandRuns.Contains(run.Id));

    private StageOutcome.Failed? ExhaustedOf(Run run)
    {
        // What is committed is only ever carried forward, however often its load was begun.
        if (run.State != RunState.Claimed || run.AttemptsUsed <= options.Attempts)
        {
            return null;
        }

        var cause = run.Error is { } last
            ? $"{Counted.Of(options.Attempts, "attempt")} ended early, the last one by: {last}"
            : $"the worker ended {Counted.Of(options.Attempts, "time")} while it loaded this run";
        return new StageOutcome.Failed(
            RunStage.Load,
            new Fault(
                FaultKind.Permanent, cause, "Look for what ended it: journalctl -u etlworker, dmesg for memory, PostgreSQL's log."),
            null);
    }

    /// <summary>Whether an attempt before lost its session by a row that a table refused.</summary>
    public bool IsGuarded(Run run) => memory.IsGuarded(run);

    /// <summary>Nothing is left to write: no run is unfinished, or another worker has the lock and decides.</summary>
    public void ForgetVerdict() => memory.ForgetVerdict();

    /// <summary>A step got no session.</summary>
    public void SessionRefused(Fault fault) => memory.WasAway |= fault.Kind == FaultKind.Unreachable;

    private void LogBegun(Run left, Run run)
    {
        if (left.PassingSince is not null)
        {
            LogTriedAgain(run.RunDate, run.Id, run.Attempt);
        }
        else if (left.IsAwaited)
        {
            LogRetryBegun(run.RunDate, run.Id, run.Attempt, run.Reason ?? "nothing is said of why");
        }
        else
        {
            LogResumed(run.RunDate, run.Id, EnumText.Of(run.State), run.Attempt);
        }
    }

    [LoggerMessage(LogLevel.Information, "The retry of {RunDate:yyyy-MM-dd} begins: run {RunId}, attempt {Attempt}. Asked for: {Reason}")]
    private partial void LogRetryBegun(DateOnly runDate, long runId, int attempt, string reason);

    [LoggerMessage(LogLevel.Information, "Run {RunId} of {RunDate:yyyy-MM-dd} is tried again after a temporary fault, attempt {Attempt}")]
    private partial void LogTriedAgain(DateOnly runDate, long runId, int attempt);

    [LoggerMessage(LogLevel.Warning, "Run {RunId} of {RunDate:yyyy-MM-dd} had not ended ({State}): resumed, attempt {Attempt}")]
    private partial void LogResumed(DateOnly runDate, long runId, string state, int attempt);
}
