using EtlWorker.Definitions;
using EtlWorker.Domain.Drops;
using EtlWorker.Ledger;
using EtlWorker.Liveness;
using EtlWorker.Notices;
using Microsoft.Extensions.Logging;

namespace EtlWorker.Gate;

/// <summary>Notifies of expected days whose deadline passed without a run.</summary>
internal sealed partial class MissedDeadlines(
    Pipeline pipeline, QueueWatermark watermark, TimeProvider time, ILogger<MissedDeadlines> logger)
{
    /// <summary>How long nobody can say what has arrived before a deadline counts as missed all the same.</summary>
    private static readonly TimeSpan MostSilence = TimeSpan.FromMinutes(30);

    /// <summary>
    /// Notifies once of each expected day whose deadline passed without a run. Needs no lock of the pipeline: of several workers one at a
    /// time
    /// looks.
    /// </summary>
    public async Task WarnAsync(ILedgerSession session, CancellationToken cancellationToken)
    {
        var definition = pipeline.Definition.Pipeline;
        if (definition.Trigger.Deadline is null || JudgedUntil() is not { } until)
        {
            return;
        }

        await using var transaction = await session.BeginAsync(cancellationToken);
        // What was due before the pipeline was first watched, or very long ago, is nobody's concern.
        if (await session.Deadlines.BeginAsync(pipeline.Name, until, cancellationToken) is not { } judged || until <= judged)
        {
            await transaction.CommitAsync(cancellationToken);
            return;
        }

        var after = judged > until - definition.Trigger.Lookback ? judged : until - definition.Trigger.Lookback;
        var pending = (await session.Drops.CandidatesAsync(definition, cancellationToken))
            .Where(drop => drop.Disposition == DropDisposition.Pending);
        var summaries = await session.Runs.SummariesAsync(pipeline.Name, cancellationToken);
        var overdue = pipeline.Planner.Overdue(pending, summaries, after, until).ToList();
        foreach (var day in overdue)
        {
            await session.Outbox.AddAsync(GateNotices.Late(definition, day, watermark.KnownUntil >= day.Deadline), cancellationToken);
        }

        await session.Deadlines.MoveAsync(pipeline.Name, until, cancellationToken);
        await transaction.CommitAsync(cancellationToken);
        foreach (var day in overdue)
        {
            LogLate(day.Date, string.Join(", ", day.MissingInWords));
        }
    }

    /// <summary>
    /// Nothing is missing as long as the queue may still report it. Where neither the queue nor the bucket can be asked for long, the day
    /// has no run all the same.
    /// </summary>
    /// <returns>The time up to which deadlines can be judged; null when none can.</returns>
    private DateTimeOffset? JudgedUntil()
    {
        var now = time.GetUtcNow();
        var until = now < watermark.KnownUntil ? now : watermark.KnownUntil;
        if (watermark.StandsStill >= MostSilence && now - MostSilence > until)
        {
            until = now - MostSilence;
        }

        return until == DateTimeOffset.MinValue ? null : until;
    }

    [LoggerMessage(LogLevel.Warning, "{RunDate:yyyy-MM-dd} has no run by its deadline; missing: {Missing}")]
    private partial void LogLate(DateOnly runDate, string missing);
}
