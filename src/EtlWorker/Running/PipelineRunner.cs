using EtlWorker.Definitions;
using EtlWorker.Domain.Runs;
using EtlWorker.Faults;
using EtlWorker.Gate;
using EtlWorker.Ledger;
using EtlWorker.Ledger.Runs;
using EtlWorker.Liveness;
using EtlWorker.Migrate;
using EtlWorker.Notify;
using Microsoft.Extensions.Logging;

namespace EtlWorker.Running;

/// <summary>
/// One step of a pipeline: resumes the run that was left unfinished, else claims a batch that is ready; executes it;
/// sends the notices. A retry and a recovery after a crash are the same path.
/// </summary>
internal sealed class PipelineRunner(
    IPipelineSessions sessions, Pipeline pipeline, IMigrationGate migrations, IRunGate gate, UnfinishedRuns unfinished,
    RunExecutor executor, RunReaction reaction, LockedPipeline locked, NoticeSender sender, WorkerStatus status,
    ILogger<PipelineRunner> logger)
{
    public Task<StepOutcome> StepAsync(CancellationToken cancellationToken) =>
        InSessionAsync(session => StepAsync(session, cancellationToken), cancellationToken);

    /// <summary>All that is done for a paused pipeline.</summary>
    public Task<StepOutcome> SendNoticesAsync(CancellationToken cancellationToken) => InSessionAsync(
        async session =>
        {
            await sender.SendAsync(session, pipeline.Name, cancellationToken);
            return new StepOutcome.Idle();
        },
        cancellationToken);

    private async Task<StepOutcome> InSessionAsync(
        Func<ILedgerSession, Task<StepOutcome>> step, CancellationToken cancellationToken)
    {
        var isOpen = false;
        try
        {
            await using var session = await sessions.OpenAsync(cancellationToken);
            isOpen = true;
            return await step(session);
        }
#pragma warning disable CA1031 // Whatever failed outside of a run's stages, the step must be tried again.
        catch (Exception fault)
#pragma warning restore CA1031
        {
            if (cancellationToken.IsCancellationRequested)
            {
                // What fails while it is stopped fails of that, also by an exception of another name; the next start finds it again.
                return new StepOutcome.Stopped();
            }

            var known = FaultClassifier.Of(fault);
            if (!isOpen)
            {
                unfinished.SessionRefused(known);
            }

            return new StepOutcome.Delayed(RunStage.Plan, known, null);
        }
    }

    private async Task<StepOutcome> StepAsync(ILedgerSession session, CancellationToken cancellationToken)
    {
        var isLocked = await session.TryLockAsync(pipeline.Name, cancellationToken);
        if (isLocked)
        {
            await locked.FreeAsync(cancellationToken);
        }
        else
        {
            unfinished.ForgetVerdict();
        }

        // What needs no lock goes on, whoever has it.
        await gate.WatchAsync(session, cancellationToken);
        var outcome = isLocked ? await WorkAsync(session, cancellationToken) : new StepOutcome.Idle();
        if (session.IsOpen && outcome is not (StepOutcome.Stopped or StepOutcome.Delayed { Fault.Kind: FaultKind.Unreachable }))
        {
            // A run that waits keeps nobody else's notices back, nor its own.
            await sender.SendAsync(session, pipeline.Name, cancellationToken);
        }

        await (isLocked ? Task.CompletedTask : locked.WatchAsync(session, pipeline.Name, cancellationToken));
        return outcome;
    }

    /// <summary>Executes the run that has not ended, else that of a batch that is ready.</summary>
    private async Task<StepOutcome> WorkAsync(ILedgerSession session, CancellationToken cancellationToken)
    {
        var left = await session.Runs.UnfinishedAsync(pipeline.Name, cancellationToken);
        // What is loaded is only ever carried forward; what began with another definition found there what it needs.
        var isNew = left is null || (left.State == RunState.Claimed && left.DefinitionHash == pipeline.Definition.Hash);
        if (isNew && await migrations.FaultAsync(session, pipeline.Definition, cancellationToken) is { } lacking)
        {
            return new StepOutcome.Delayed(RunStage.Plan, lacking, null);
        }

        if (left is null)
        {
            unfinished.ForgetVerdict();
        }

        var run = left is null
            ? await gate.OpenAsync(session, cancellationToken)
            : await unfinished.ResumeAsync(session, left, cancellationToken);
        return run is null ? new StepOutcome.Idle() : await ExecuteAsync(session, run, cancellationToken);
    }

    private async Task<StepOutcome> ExecuteAsync(ILedgerSession ledger, Run run, CancellationToken cancellationToken)
    {
        using var scope = logger.BeginScope(LogScope.OfRun(run));
        try
        {
            var session = new RunSession(ledger, run, await DefinitionOfAsync(ledger, run, cancellationToken))
            {
                IsGuarded = unfinished.IsGuarded(run),
            };
            if (unfinished.EndOf(run) is { } ended)
            {
                return await reaction.ReactAsync(session, ended, cancellationToken);
            }

            var (after, outcome) = await executor.ExecuteAsync(session, cancellationToken);
            return await reaction.ReactAsync(after, outcome, cancellationToken);
        }
        finally
        {
            status.Idle();
            // A day's work is done: what it needed is given back now, and not kept until the next day's.
            GC.Collect(GC.MaxGeneration, GCCollectionMode.Aggressive, blocking: true, compacting: true);
        }
    }

    private async Task<LoadedDefinition> DefinitionOfAsync(ILedgerSession session, Run run, CancellationToken cancellationToken)
    {
        if (run.DefinitionHash == pipeline.Definition.Hash)
        {
            return pipeline.Definition;
        }

        var (document, sql) = await session.Runs.DefinitionAsync(run.DefinitionHash, cancellationToken);
        return DefinitionFile.FromLedger(document, sql);
    }
}
