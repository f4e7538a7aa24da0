using EtlWorker.Domain.Runs;
using EtlWorker.Ledger.Runs;
using EtlWorker.Notices;

namespace EtlWorker.Notify;

/// <summary>Writes a run's success into the ledger and the outbox, in one transaction.</summary>
internal sealed class NotifyStage : IRunStage
{
    public RunStage Stage => RunStage.Notify;

    public async Task RunAsync(RunWork work, CancellationToken cancellationToken)
    {
        var session = work.Session;
        var (ledger, run) = (session.Ledger, session.Run);
        var story = await ledger.Runs.StoryAsync(run, session.Pipeline.Feeds, cancellationToken) with
        {
            RejectFiles = work.RejectFiles,
            CheckFiles = work.CheckFiles,
        };
        var answers = await AnswerReader.ReadAsync(session, cancellationToken);
        await using var transaction = await ledger.BeginAsync(cancellationToken);
        await ledger.Runs.SucceedAsync(run, cancellationToken);
        await ledger.Outbox.AddAsync(RunNotices.Succeeded(WithWait(run), story, answers, work.Results), cancellationToken);
        await transaction.CommitAsync(cancellationToken);
    }

    private static Run WithWait(Run run) => run.PassingSince is { } since
        ? run with
        {
            Warnings = [
                .. run.Warnings,
                $"recovered: its delivery was tried again since {since.UtcDateTime:yyyy-MM-dd HH:mm:ss} UTC after a temporary fault",
            ],
        }
        : run;
}
