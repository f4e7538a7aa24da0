using EtlWorker.Domain.Batches;
using EtlWorker.Domain.Drops;
using EtlWorker.Domain.Pipelines;
using EtlWorker.Domain.Runs;
using EtlWorker.Export;
using EtlWorker.Faults;
using EtlWorker.Ledger.Runs;
using EtlWorker.Notices;
using Microsoft.Extensions.Logging;

namespace EtlWorker.Running;

/// <summary>Writes how a run ended, or that it waits, into the ledger and the outbox, in one transaction.</summary>
internal sealed partial class RunOutcomeWriter(IRejectExporter rejects, ILogger<RunOutcomeWriter> logger)
{
    /// <summary>A run whose load failed for good ends; one that is committed waits for a person, and its tables stay as they are.</summary>
    public Task EndAsync(RunSession session, StageOutcome.Failed failed, CancellationToken cancellationToken) =>
        session.Run.State == RunState.Committed
            ? ParkAsync(session, failed, cancellationToken)
            : FailAsync(session, failed, cancellationToken);

    /// <summary>A run waits long for a temporary fault to be over.</summary>
    public static Task NotifyOfWaitAsync(
        RunSession session, StageOutcome.TryAgain waiting, RunWait wait, TimeSpan patience, CancellationToken cancellationToken) =>
        session.Ledger.Outbox.AddAsync(
            RunNotices.Waiting(
                session.Run, waiting.Stage, waiting.Fault.Cause, waiting.Fault.Remedy, wait.Since, wait.Since + patience),
            cancellationToken);

    private async Task FailAsync(RunSession session, StageOutcome.Failed failed, CancellationToken cancellationToken)
    {
        var (ledger, run, pipeline) = (session.Ledger, session.Run, session.Pipeline);
        var written = await TryExportRejectsAsync(session, cancellationToken);
        var story = await ledger.Runs.StoryAsync(run, pipeline.Feeds, cancellationToken) with
        {
            RejectFiles = written.OfFeeds,
            CheckFiles = written.OfChecks,
        };
        var claimed = await ledger.Drops.ClaimedByAsync(run.Id, cancellationToken);
        // A newer date may have loaded newer ones: those of an older date stay its own.
        var isNewest = !(await ledger.Runs.NewestLoadedAsync(run.Pipeline, cancellationToken) > run.RunDate);
        // A command's run gives back what it took.
        var isManual = run.Origin == RunOrigin.Manual;
        var becomes = AfterFailure.DispositionsOf(pipeline, isManual ? [] : claimed, failed.AtFault, isNewest);
        await using var transaction = await ledger.BeginAsync(cancellationToken);
        var state = await ledger.Runs.FailAsync(
            run, failed.Fault.Cause, becomes[DropDisposition.Pending], becomes[DropDisposition.Held], cancellationToken);
        var suspects = AfterFailure.SuspectsOf(pipeline, isManual ? [] : claimed, failed.AtFault, failed.Stage);
        var (cause, remedy) = (failed.Fault.Cause, failed.Fault.Remedy);
        await ledger.Outbox.AddAsync(
            state == RunState.Failed
                ? RunNotices.Failed(
                    run, story, failed.Stage, cause, remedy, suspects, pipeline.Trigger.FailedDay == FailedDay.Open)
                : RunNotices.RetryFailed(run, story, failed.Stage, cause, remedy, suspects),
            cancellationToken);
        await transaction.CommitAsync(cancellationToken);
        LogFailed(failed.Fault.Unexpected, run.RunDate, run.Id, failed.Stage, cause, remedy);
    }

    private async Task ParkAsync(RunSession session, StageOutcome.Failed failed, CancellationToken cancellationToken)
    {
        var (ledger, run) = (session.Ledger, session.Run);
        var (cause, remedy) = (failed.Fault.Cause, failed.Fault.Remedy);
        var story = await ledger.Runs.StoryAsync(run, session.Pipeline.Feeds, cancellationToken);
        await using var transaction = await ledger.BeginAsync(cancellationToken);
        await ledger.Runs.ParkAsync(run, cause, cancellationToken);
        await ledger.Outbox.AddAsync(RunNotices.NotDelivered(run, story, failed.Stage, cause, remedy), cancellationToken);
        await transaction.CommitAsync(cancellationToken);
        LogParked(failed.Fault.Unexpected, run.RunDate, run.Id, failed.Stage, cause, remedy);
    }

    /// <summary>They are in the ledger as well: where they cannot be written, the failure is reported all the same.</summary>
    private async Task<RejectFiles> TryExportRejectsAsync(RunSession session, CancellationToken cancellationToken)
    {
        try
        {
            return await rejects.ExportAsync(session, cancellationToken);
        }
        catch (Exception fault) when (!cancellationToken.IsCancellationRequested
            && (fault is FaultException || FaultClassifier.IsPassing(fault)))
        {
            LogRejectsNotExported(FaultClassifier.Of(fault).Cause);
            return RejectFiles.None;
        }
    }

    [LoggerMessage(LogLevel.Warning, "The refused rows are in etl.reject and etl.check_row only; they could not be written to S3: {Cause}")]
    private partial void LogRejectsNotExported(string cause);

    [LoggerMessage(LogLevel.Error, "Run {RunId} of {RunDate:yyyy-MM-dd} is loaded and not delivered, at {Stage}: {Cause}. {Remedy}")]
    private partial void LogParked(Exception? fault, DateOnly runDate, long runId, RunStage stage, string cause, string remedy);

    [LoggerMessage(LogLevel.Error, "Run {RunId} of {RunDate:yyyy-MM-dd} failed at {Stage}: {Cause}. {Remedy}")]
    private partial void LogFailed(Exception? fault, DateOnly runDate, long runId, RunStage stage, string cause, string remedy);
}
