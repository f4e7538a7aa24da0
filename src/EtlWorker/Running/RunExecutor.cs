using EtlWorker.Domain.Runs;
using EtlWorker.Extract;
using EtlWorker.Faults;
using EtlWorker.Ledger;
using EtlWorker.Ledger.Runs;
using EtlWorker.Liveness;
using Microsoft.Extensions.Logging;

namespace EtlWorker.Running;

/// <summary>Takes one run through its stages, and says how it ended. What it has committed stays committed.</summary>
internal sealed class RunExecutor(
    RunStages stages, IRunJournal journal, WorkerStatus status, TimeProvider time, ILogger<RunExecutor> logger)
{
    /// <returns>The run as it is now, and the outcome of the stage that ended it, or of the last one.</returns>
    public async Task<(RunSession Session, StageOutcome Outcome)> ExecuteAsync(RunSession session, CancellationToken cancellationToken)
    {
        var outcome = session.Run.State == RunState.Claimed
            ? await LoadAsync(new RunWork(session), cancellationToken)
            : new Loaded(session, null);
        return (outcome.Session, WithLostSession(
            outcome.Session, outcome.Ended ?? await DeliverAsync(new RunWork(outcome.Session), cancellationToken)));
    }

    /// <summary>A temporary fault with which the session is gone is the session's loss.</summary>
    private static StageOutcome WithLostSession(RunSession session, StageOutcome outcome) =>
        outcome is StageOutcome.TryAgain { Fault.Kind: FaultKind.Passing } lost && !session.Ledger.IsOpen
            ? lost with { Fault = lost.Fault with { Kind = FaultKind.SessionLost } }
            : outcome;

    /// <summary>Load, check, analyse and commit, in one transaction: all of the run or nothing of it.</summary>
    private async Task<Loaded> LoadAsync(RunWork work, CancellationToken cancellationToken)
    {
        var run = work.Session.Run;
        if (run.PassingSince is { } since)
        {
            work.Warnings.Add($"recovered: tried again since {since.UtcDateTime:yyyy-MM-dd HH:mm:ss} UTC after a temporary fault, "
                + $"the last one: {run.Error}");
        }

        ILedgerTransaction transaction;
        try
        {
            transaction = await work.Session.Ledger.BeginAsync(cancellationToken);
        }
#pragma warning disable CA1031 // Whatever it is becomes the outcome.
        catch (Exception fault)
#pragma warning restore CA1031
        {
            return new Loaded(work.Session, OutcomeOf(work, stages.Loading[0].Stage, fault, cancellationToken));
        }

        await using (transaction)
        {
            foreach (var stage in stages.Loading)
            {
                if (await RunAsync(work, stage, cancellationToken) is not StageOutcome.Completed and var ended)
                {
                    return new Loaded(work.Session, ended);
                }
            }

            if (await RunAsync(work, stages.Commit, cancellationToken, transaction) is not StageOutcome.Completed and var uncommitted)
            {
                return new Loaded(work.Session, uncommitted);
            }
        }

        return new Loaded(work.Session with
        {
            Run = run with
            {
                State = RunState.Committed,
                CommittedAt = time.GetUtcNow(),
                PassingSince = null,
                Warnings = [.. run.Warnings, .. work.Warnings],
            },
        }, null);
    }

    /// <summary>Exports a committed run's results, and writes its success into the ledger and the outbox.</summary>
    private async Task<StageOutcome> DeliverAsync(RunWork work, CancellationToken cancellationToken)
    {
        StageOutcome outcome = new StageOutcome.Completed(RunStage.Commit);
        foreach (var stage in stages.Delivering)
        {
            outcome = await RunAsync(work, stage, cancellationToken);
            if (outcome is not StageOutcome.Completed)
            {
                break;
            }
        }

        return outcome;
    }

    private async Task<StageOutcome> RunAsync(
        RunWork work, IRunStage stage, CancellationToken cancellationToken, ILedgerTransaction? endedBy = null)
    {
        using var scope = logger.BeginScope(new Dictionary<string, object> { ["Stage"] = EnumText.Of(stage.Stage) });
        var run = work.Session.Run;
        status.Working(run, stage.Stage);
        try
        {
            await journal.BeginStageAsync(run, stage.Stage, cancellationToken);
            await stage.RunAsync(work, cancellationToken);
            await (endedBy?.CommitAsync(cancellationToken) ?? Task.CompletedTask);
            await journal.EndStageAsync(run, stage.Stage, cancellationToken);
            return new StageOutcome.Completed(stage.Stage);
        }
#pragma warning disable CA1031 // Whatever it is becomes the outcome.
        catch (Exception fault)
#pragma warning restore CA1031
        {
            return OutcomeOf(work, stage.Stage, fault, cancellationToken);
        }
    }

    private static StageOutcome OutcomeOf(RunWork work, RunStage stage, Exception fault, CancellationToken cancellationToken) =>
        fault switch
        {
            // What fails while it is stopped fails of that, also by an exception of another name: a connection may break of it.
            _ when cancellationToken.IsCancellationRequested => new StageOutcome.Stopped(stage),
            DropChangedException changed when work.Session.Run.State == RunState.Claimed =>
                new StageOutcome.PlanAgain(stage, changed.Fault, changed.Drop),
            _ => StageOutcome.Of(stage, FaultClassifier.Of(fault), work.Loading),
        };

    /// <param name="Session">With the run as it is now.</param>
    /// <param name="Ended">What ended the load; null when the run is committed.</param>
    private sealed record Loaded(RunSession Session, StageOutcome? Ended);
}
