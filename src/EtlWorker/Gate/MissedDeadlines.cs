using EtlWorker.Definitions;
using EtlWorker.Domain.Batches;
using EtlWorker.Domain.Drops;
using EtlWorker.Ledger;
using EtlWorker.Liveness;
using EtlWorker.Notices;
using Microsoft.Extensions.Logging;

namespace EtlWorker.Gate;

/// <summary>Notifies of expected days whose deadline passed without a run.</summary>
internal sealed partial class MissedDeadlines(
    Pipeline pipeline, DayQuery days, QueueWatermark watermark, TimeProvider time, ILogger<MissedDeadlines> logger)
{
    /// <summary>How long nobody can say what has arrived before a deadline counts as missed all the same.</summary>
    private static readonly TimeSpan MostSilence = TimeSpan.FromMinutes(30);

    private bool _isEndKnown;

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
        var overdue = await ExpectedAsync(pipeline.Planner.Overdue(pending, summaries, after, until), cancellationToken);
        foreach (var day in overdue)
        {
            await session.Outbox.AddAsync(GateNotices.Late(definition, day, watermark.KnownUntil >= day.Deadline), cancellationToken);
        }

        await session.Deadlines.MoveAsync(pipeline.Name, until, cancellationToken);
        await transaction.CommitAsync(cancellationToken);
        foreach (var day in overdue)
        {
            LogLate(day.Date, string.Join(", ", day.MissingInWords));
            WarnOfDoubt(day);
        }

        WarnOfEnd(pipeline.Definition.Calendar.DateOf(until));
    }

    /// <summary>Those that the definition's query says are expected, and those of which it says nothing.</summary>
    private async Task<IReadOnlyList<OverdueDay>> ExpectedAsync(IEnumerable<OverdueDay> overdue, CancellationToken cancellationToken)
    {
        if (pipeline.Definition.Pipeline.Trigger.Days.Query is null)
        {
            return [.. overdue];
        }

        var expected = new List<OverdueDay>();
        foreach (var day in overdue)
        {
            var (isExpected, doubt) = await days.AskAsync(pipeline.Definition, day.Date, cancellationToken);
            if (isExpected)
            {
                expected.Add(day with { Doubt = doubt });
            }
        }

        return expected;
    }

    private void WarnOfDoubt(OverdueDay day)
    {
        if (day.Doubt is { } doubt)
        {
            LogDoubt(day.Date, doubt);
        }
    }

    /// <summary>A list of dates that nobody continues would say nothing from then on.</summary>
    private void WarnOfEnd(DateOnly today)
    {
        if (!_isEndKnown && pipeline.Definition.Pipeline.Trigger.Days.Last is { } last && last < today)
        {
            _isEndKnown = true;
            LogEnd(last);
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

    [LoggerMessage(LogLevel.Warning, "Whether {RunDate:yyyy-MM-dd} is a day with a deadline is not known, so it is judged as one: {Doubt}")]
    private partial void LogDoubt(DateOnly runDate, string doubt);

    [LoggerMessage(LogLevel.Warning, "The last date of the trigger's days is {Last:yyyy-MM-dd}: no deadline is judged after it")]
    private partial void LogEnd(DateOnly last);
}
