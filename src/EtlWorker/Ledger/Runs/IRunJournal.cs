using EtlWorker.Domain.Drops;
using EtlWorker.Domain.Rows;
using EtlWorker.Domain.Runs;

namespace EtlWorker.Ledger.Runs;

/// <summary>What a run says while it is under way: stages, feeds, rejects. Outlives a rollback of the data.</summary>
internal interface IRunJournal
{
    /// <summary>Keeps the temporary fault that ended an attempt: the run's next attempt, or its end, can name it.</summary>
    Task NoteFaultAsync(Run run, string fault, CancellationToken cancellationToken);

    /// <summary>A temporary fault ended an attempt, or a delivery. The attempt does not count.</summary>
    /// <returns>What the run has waited; null when it is no longer this worker's.</returns>
    Task<RunWait?> NotePassingAsync(Run run, string fault, CancellationToken cancellationToken);

    /// <summary>An attempt that was ended by a stop of the worker does not count.</summary>
    Task ForgiveAttemptAsync(Run run, CancellationToken cancellationToken);

    Task BeginStageAsync(Run run, RunStage stage, CancellationToken cancellationToken);

    Task EndStageAsync(Run run, RunStage stage, CancellationToken cancellationToken);

    Task RecordFeedAsync(Run run, FeedResult feed, CancellationToken cancellationToken);

    /// <summary>Keeps what a check found; what is older than 90 days of the pipeline's checks goes.</summary>
    Task RecordCheckAsync(Run run, CheckFinding finding, CancellationToken cancellationToken);

    /// <param name="run">The run.</param>
    /// <param name="drop">Whose rows were refused.</param>
    /// <param name="file">The drop's header; null when not even that could be read.</param>
    /// <param name="rejects">The rows.</param>
    /// <param name="cancellationToken">Cancels the statement.</param>
    Task RecordRejectsAsync(
        Run run, Drop drop, RejectedFile? file, IReadOnlyCollection<Reject> rejects, CancellationToken cancellationToken);

    /// <summary>Takes back what was said of a drop's rows in this attempt: it is read again from its first byte.</summary>
    Task ForgetRejectsAsync(Run run, Drop drop, CancellationToken cancellationToken);
}
