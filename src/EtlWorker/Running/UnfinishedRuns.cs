using EtlWorker.Domain.Runs;
using EtlWorker.Ledger;
using EtlWorker.Ledger.Runs;
using Microsoft.Extensions.Logging;

namespace EtlWorker.Running;

/// <summary>Takes up a run that has begun and not ended: after a crash, a stop, a temporary fault, or for a person's retry.</summary>
internal sealed partial class UnfinishedRuns(RunMemory memory, WorkerName worker, ILogger<UnfinishedRuns> logger)
{
    /// <summary>Called with the pipeline's lock held.</summary>
    /// <exception cref="RunTakenException">Another worker has taken it up.</exception>
    public async Task<Run> TakeUpAsync(ILedgerSession session, Run left, CancellationToken cancellationToken)
    {
        if (memory.VerdictOf(left) is not null)
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

    [LoggerMessage(LogLevel.Information, "The retry of {RunDate:yyyy-MM-dd} begins: run {RunId}, attempt {Attempt}. Asked for: {Reason}")]
    private partial void LogRetryBegun(DateOnly runDate, long runId, int attempt, string reason);

    [LoggerMessage(LogLevel.Information, "Run {RunId} of {RunDate:yyyy-MM-dd} is tried again after a passing fault, attempt {Attempt}")]
    private partial void LogTriedAgain(DateOnly runDate, long runId, int attempt);

    [LoggerMessage(LogLevel.Warning, "Run {RunId} of {RunDate:yyyy-MM-dd} was left {State}: taken up again, attempt {Attempt}")]
    private partial void LogTakenUp(DateOnly runDate, long runId, string state, int attempt);
}
