using EtlWorker.Definitions;
using EtlWorker.Domain.Runs;
using EtlWorker.Faults;
using EtlWorker.Ledger;
using EtlWorker.Ledger.Runs;
using EtlWorker.Migrate;
using EtlWorker.Recovery;
using EtlWorker.Running;

namespace EtlWorker.Manual;

/// <summary>Takes one run of a command from its claim to its end, by the steps of the service.</summary>
internal sealed class ManualRun(
    Pipeline pipeline, IPipelineSessions sessions, ManualGate gate, PipelineRunner runner, PipelineMigration migration,
    MigrationOptions migrations, FormerNames names, RunMemory memory, RunOptions options, TimeProvider time)
{
    private static readonly TimeSpan SettlesWithin = TimeSpan.FromSeconds(10);
    private long? _undelivered;

    /// <param name="say">Is told what keeps the run from going on.</param>
    /// <param name="cancellationToken">Stops the run: what was not committed is rolled back.</param>
    public async Task<ManualOutcome> RunAsync(Func<string, Task> say, CancellationToken cancellationToken)
    {
        try
        {
            // Before the lock: files that are still being written are waited for.
            await gate.LookAsync(cancellationToken);
            return await PrepareAsync(cancellationToken) is { } fault
                ? new ManualOutcome.Refused(fault)
                : await StepAsync(say, cancellationToken);
        }
        catch (FaultException refused) when (!cancellationToken.IsCancellationRequested)
        {
            return new ManualOutcome.Refused(refused.Fault);
        }
        catch (OperationCanceledException) when (cancellationToken.IsCancellationRequested)
        {
            return await SettleAsync();
        }
    }

    /// <returns>Why no run can begin.</returns>
    private async Task<Fault?> PrepareAsync(CancellationToken cancellationToken)
    {
        if (migrations.ByService)
        {
            await migration.ApplyAsync(pipeline.Definition, mayWait: true, cancellationToken);
        }

        await using var session = await sessions.OpenAsync(cancellationToken);
        if (!await session.WaitForLockAsync(pipeline.Name, cancellationToken))
        {
            var holder = await session.LockHolderAsync(pipeline.Name, "", cancellationToken);
            return new Fault(
                FaultKind.Permanent,
                $"another session holds the lock of pipeline {pipeline.Name}: {holder?.Text ?? "it has ended by now"}",
                "Run the command again when its run has ended. Nothing was changed.");
        }

        await names.CarryPipelineAsync(session.Connection, cancellationToken);
        await names.CarryFeedsAsync(session, cancellationToken);
        var state = await MigrationState.ReadAsync(session.Connection, pipeline.Definition, cancellationToken);
        if (state.FaultFor(pipeline.Name) is { } lacking)
        {
            return lacking;
        }

        if (await LeftByServiceAsync(session, cancellationToken) is { } left)
        {
            return left;
        }

        await TakeUpAsync(session, cancellationToken);
        return null;
    }

    /// <summary>What earlier commands have loaded and not delivered is delivered by the first steps.</summary>
    private async Task TakeUpAsync(ILedgerSession session, CancellationToken cancellationToken)
    {
        foreach (var run in await session.Runs.UndeliveredManualAsync(pipeline.Name, cancellationToken))
        {
            if (run.IsParked)
            {
                var (document, sql) = await session.Runs.DefinitionAsync(run.DefinitionHash, cancellationToken);
                var chosen = Redelivery.DefinitionFor(DefinitionFile.FromLedger(document, sql), pipeline.Definition);
                await session.Runs.UnparkAsync(run, chosen, "the command was given again", cancellationToken);
            }

            memory.CommandRuns.Add(run.Id);
            _undelivered = run.Id;
        }
    }

    private async Task<ManualOutcome> StepAsync(Func<string, Task> say, CancellationToken cancellationToken)
    {
        var backoff = new Backoff(TimeSpan.FromSeconds(1), TimeSpan.FromMinutes(1), Random.Shared);
        long? delayed = null;
        while (true)
        {
            var outcome = await StepOnceAsync(cancellationToken);
            if (outcome.End is { } end)
            {
                return await OrDeliveredAsync(end, cancellationToken);
            }

            if (outcome.Delay is not { } delay)
            {
                delayed = null;
                backoff.Reset();
                continue;
            }

            delayed ??= time.GetTimestamp();
            if (!delay.IsTransient || time.GetElapsedTime(delayed.Value) >= options.Patience)
            {
                return memory.OfCommand is null ? new ManualOutcome.Refused(delay) : await SettleAsync();
            }

            var wait = backoff.Next();
            await say($"{delay.Advice.TrimEnd('.')}. Next try in {wait.TotalSeconds:0} s");
            await Task.Delay(wait, time, cancellationToken);
        }
    }

    /// <summary>Where there was nothing to load but what an earlier command had loaded, its delivery is what this command did.</summary>
    private async Task<ManualOutcome> OrDeliveredAsync(ManualOutcome outcome, CancellationToken cancellationToken)
    {
        if (_undelivered is not { } run || outcome is not ManualOutcome.Nothing)
        {
            return outcome;
        }

        await using var session = await sessions.OpenAsync(cancellationToken);
        var progress = await session.Runs.ProgressAsync(run, cancellationToken);
        return progress.HasSucceeded ? new ManualOutcome.Ended(run, progress) : outcome;
    }

    /// <summary>One step: how the run ended, or what keeps it from going on; neither where there is more to do at once.</summary>
    private async Task<(ManualOutcome? End, Fault? Delay)> StepOnceAsync(CancellationToken cancellationToken)
    {
        try
        {
            await using var session = await sessions.OpenAsync(cancellationToken);
            // The session may be another one than before, and a worker may have been quicker.
            if (!await session.TryLockAsync(pipeline.Name, cancellationToken))
            {
                return (null, new Fault(FaultKind.Passing, $"another session holds the lock of {pipeline.Name}", ""));
            }

            if (await EndedAsync(session, cancellationToken) is { } before)
            {
                return (before, null);
            }

            if (await LeftByServiceAsync(session, cancellationToken) is { } left)
            {
                return (new ManualOutcome.Refused(left), null);
            }

            var outcome = await runner.StepAsync(cancellationToken);
            cancellationToken.ThrowIfCancellationRequested();
            return outcome switch
            {
                StepOutcome.Delayed { Fault: var fault } => (null, fault),
                StepOutcome.Idle when gate.Set is { Drops.Count: 0 } set => (new ManualOutcome.Nothing(set), null),
                _ => (null, null),
            };
        }
        catch (Exception fault) when (
            !cancellationToken.IsCancellationRequested && FaultClassifier.Of(fault) is { IsTransient: true } known)
        {
            return (null, known);
        }
    }

    /// <returns>How the command's run ended; null where it has not begun, or not ended.</returns>
    private async Task<ManualOutcome?> EndedAsync(ILedgerSession session, CancellationToken cancellationToken) =>
        memory.OfCommand is { } run && await session.Runs.ProgressAsync(run, cancellationToken) is { HasEnded: true } progress
            ? new ManualOutcome.Ended(run, progress)
            : null;

    /// <summary>A run of the service that has not ended is the service's: a command may not be able to read its files.</summary>
    private async Task<Fault?> LeftByServiceAsync(ILedgerSession session, CancellationToken cancellationToken)
    {
        return await session.Runs.UnfinishedAsync(pipeline.Name, cancellationToken) is { Origin: not RunOrigin.Manual } left
            ? new Fault(
                FaultKind.Permanent, $"run {left.Id} of {left.RunDate:yyyy-MM-dd} has begun and not ended",
                "A worker goes on with it: see that one is there (systemctl status etlworker), and run the command again when it has "
                    + "ended.")
            : null;
    }

    /// <summary>A run that was stopped ends now, and not when somebody finds it: loaded, it is delivered; else it failed.</summary>
    private async Task<ManualOutcome> SettleAsync()
    {
        var own = memory.OfCommand;
        memory.StopCommand();
        if (own is not { } run)
        {
            return new ManualOutcome.Stopped(null);
        }

        using var briefly = new CancellationTokenSource(SettlesWithin, time);
        RunProgress? progress = null;
        await BestEffort.TryAsync(async () =>
        {
            progress = await ProgressAsync(run, briefly.Token);
            if (!progress.HasEnded)
            {
                await runner.StepAsync(briefly.Token);
                progress = await ProgressAsync(run, briefly.Token);
            }
        });
        return progress switch
        {
            { HasEnded: true } => new ManualOutcome.Ended(run, progress),
            { State: RunState.Committed } => new ManualOutcome.Stopped($"Run {run} is loaded, and its results are not delivered: give the "
                + "command again."),
            _ => new ManualOutcome.Stopped($"Run {run} is not loaded; the next command, or the service, notes that it failed."),
        };
    }

    private async Task<RunProgress> ProgressAsync(long run, CancellationToken cancellationToken)
    {
        await using var session = await sessions.OpenAsync(cancellationToken);
        return await session.Runs.ProgressAsync(run, cancellationToken);
    }
}
