using EtlWorker.Domain.Calendar;
using EtlWorker.Domain.Drops;
using EtlWorker.Domain.Pipelines;
using EtlWorker.Domain.Runs;

namespace EtlWorker.Domain.Batches;

/// <summary>
/// The batch decision: a pure function of definition, pending drops, event-driven runs and the time. Any order and any
/// duplication of the same drops gives the same decision.
/// </summary>
public sealed class BatchPlanner(PipelineDefinition definition, BusinessCalendar calendar)
{
    /// <param name="pending">The drops that no run has taken.</param>
    /// <param name="runs">The dates that have their run.</param>
    /// <param name="now">The time up to which every drop is known: only what closed by then can be called incomplete.</param>
    public BatchDecision Decide(IEnumerable<Drop> pending, IReadOnlyCollection<RunSummary> runs, DateTimeOffset now)
    {
        var drops = pending.DistinctBy(drop => drop.Id).OldestFirst().Select(Dated).ToList();
        var required = drops.Where(dated => dated.Feed.Required).ToList();
        var held = required.SelectMany(dated => HeldBy(dated, runs)).ToList();
        var open = required.ExceptBy(held.Select(disposal => disposal.Drop.Id), dated => dated.Drop.Id).ToList();

        var windows = WindowsOf(open).ToList();
        var newestCommitted = runs.Where(run => run.State is RunState.Committed or RunState.Succeeded)
            .Select(run => (DateOnly?)run.RunDate).Max();
        var ready = windows.Where(window => window.IsComplete(definition) && !(window.Date < newestCommitted))
            .OrderBy(window => window.Date).LastOrDefault();

        var superseded = windows.SelectMany(window => SupersededIn(window, ready, newestCommitted, now));
        var optional = drops.Where(dated => !dated.Feed.Required).ToList();
        return ready is null
            ? new BatchDecision([.. held, .. superseded], null)
            : new BatchDecision([.. held, .. superseded, .. OlderThanNewest(optional)], BatchOf(ready, optional));
    }

    /// <summary>The batch with which a person's retry makes a date's run again: the newest drops of that date.</summary>
    /// <param name="date">The run's date.</param>
    /// <param name="ofRun">The drops that the run had, whatever their own dates.</param>
    /// <param name="others">Drops that were held, or wait; of required feeds those of the date count.</param>
    /// <param name="missing">The required feeds that have no drop; empty when the batch is whole.</param>
    public Batch Retry(DateOnly date, IEnumerable<Drop> ofRun, IEnumerable<Drop> others, out IReadOnlyList<string> missing)
    {
        var newest = ofRun.Select(Dated)
            .Concat(others.Select(Dated).Where(dated => !dated.Feed.Required || dated.Date == date))
            .GroupBy(dated => dated.Feed.Name, dated => dated.Drop)
            .ToDictionary(feed => feed.Key, feed => feed.Newest());
        missing = [.. definition.RequiredFeeds.Select(feed => feed.Name).Where(name => !newest.ContainsKey(name))];
        return new Batch(date, [.. definition.Feeds.Where(feed => newest.ContainsKey(feed.Name)).Select(feed => newest[feed.Name])]);
    }

    private DatedDrop Dated(Drop drop)
    {
        var feed = definition.Feed(drop.Feed);
        feed.Takes(drop.Key, out var named);
        return new DatedDrop(drop, feed, named ?? calendar.DateOf(drop.EventTime), named is not null);
    }

    private static IEnumerable<Disposal> HeldBy(DatedDrop dated, IEnumerable<RunSummary> runs) => runs
        .Where(run => run.RunDate == dated.Date)
        .Take(1)
        .Select(run => new Disposal(dated.Drop, dated.Date, DropDisposition.Held,
            $"{dated.Date:yyyy-MM-dd} already has its run ({Word(run.State)}); a second drop of {dated.Feed.Name} does not start another. `etlworker retry {dated.Date:yyyy-MM-dd} --reason ...` would take it."));

    /// <summary>Cuts the drops into batches: the oldest opens a window, what falls inside joins it, the rest opens the next.</summary>
    private IEnumerable<BatchWindow> WindowsOf(List<DatedDrop> oldestFirst)
    {
        var remaining = oldestFirst;
        while (remaining.Count > 0)
        {
            var window = Open(remaining[0]);
            // The first always joins, whatever the span: the loop must come to its end.
            foreach (var dated in remaining.TakeWhile((dated, index) => index == 0 || dated.Drop.EventTime < window.Closes))
            {
                if (BeginsAnother(dated, window))
                {
                    window.Close(dated.Drop.EventTime);
                    break;
                }

                window.Offer(dated);
            }

            remaining = remaining.Except(window.Members).ToList();
            yield return window;
        }
    }

    /// <summary>
    /// A feed drops again with a later date. While the set is not whole, that is a date later than the feed's own last one:
    /// a file mended after midnight stays in the set that began before.
    /// </summary>
    private bool BeginsAnother(DatedDrop dated, BatchWindow window) =>
        dated.Date > window.Date && (window.IsComplete(definition) ? window.Has(dated.Feed) : window.HasEarlier(dated));

    private BatchWindow Open(DatedDrop first)
    {
        var bySpan = first.Drop.EventTime + definition.Trigger.Span;
        var byDate = calendar.EndOf(first.Date);
        return new BatchWindow(first.Date, bySpan > byDate ? bySpan : byDate);
    }

    private IEnumerable<Disposal> SupersededIn(BatchWindow window, BatchWindow? ready, DateOnly? newestCommitted, DateTimeOffset now)
    {
        if (window == ready)
        {
            return OlderThanNewest(window.Members);
        }

        if (window.IsComplete(definition))
        {
            var by = window.Date < newestCommitted ? $"{newestCommitted:yyyy-MM-dd} has been loaded" : $"the batch of {ready!.Date:yyyy-MM-dd} is ready";
            return window.Superseded($"its batch of {window.Date:yyyy-MM-dd} is out of date: {by}");
        }

        return now < window.Closes
            ? []
            : window.Superseded($"its batch of {window.Date:yyyy-MM-dd} closed incomplete; missing: {string.Join(", ", window.Missing(definition))}");
    }

    private static IEnumerable<Disposal> OlderThanNewest(IEnumerable<DatedDrop> drops) =>
        from feed in drops.GroupBy(dated => dated.Feed.Name)
        let newest = feed.Select(dated => dated.Drop).Newest()
        from dated in feed
        where dated.Drop.Id != newest.Id
        select new Disposal(dated.Drop, dated.Date, DropDisposition.Superseded, $"a newer drop of {feed.Key} joined the same batch");

    private Batch BatchOf(BatchWindow window, IEnumerable<DatedDrop> optional)
    {
        var newest = window.Members.Concat(optional)
            .GroupBy(dated => dated.Feed.Name, dated => dated.Drop)
            .ToDictionary(feed => feed.Key, feed => feed.Newest());
        return new Batch(window.Date, [.. definition.Feeds.Where(feed => newest.ContainsKey(feed.Name)).Select(feed => newest[feed.Name])]);
    }

    private static string Word(RunState state) => state.ToString().ToLowerInvariant();
}
