using EtlWorker.Domain.Calendar;
using EtlWorker.Domain.Pipelines;

namespace EtlWorker.Domain.Batches;

/// <summary>
/// Ready once every required feed has a drop inside: the oldest drop opens a window, what falls inside joins it, the rest
/// opens the next.
/// </summary>
internal sealed class CompleteTrigger(PipelineDefinition definition) : IBatchTrigger
{
    public MarkerDefinition? Marker => null;

    public bool NeedsMarker => false;

    public IEnumerable<IDropTarget> Awaited => definition.RequiredFeeds;

    public bool RunsIncomplete => false;

    public bool ReadsUnchanged => false;

    public string? PartsFault(FeedDefinition feed) => feed is { HasParts: true, Count: null }
        ? "with \"parts\": \"all\" and the trigger complete nobody knows when all parts are there: "
            + "say how many (\"count\": 3), or use the trigger marker or change"
        : null;

    public IEnumerable<BatchWindow> WindowsOf(IReadOnlyList<DatedDrop> oldestFirst, BusinessCalendar calendar)
    {
        var windows = ReopenedBy(oldestFirst, calendar).ToList();
        var remaining = oldestFirst.Where(dated => dated.IsPending).Except(windows.SelectMany(window => window.Members)).ToList();
        while (remaining.Count > 0)
        {
            windows.Add(Fill(remaining, calendar));
            remaining = remaining.Except(windows[^1].Members).ToList();
        }

        return windows;
    }

    /// <summary>A failed date that is left open has its set: what lands for it joins, however late.</summary>
    private IEnumerable<BatchWindow> ReopenedBy(IReadOnlyList<DatedDrop> oldestFirst, BusinessCalendar calendar)
    {
        foreach (var date in oldestFirst.Where(dated => dated.IsFailed).Select(dated => dated.Date).Distinct())
        {
            var landed = oldestFirst.Where(dated => dated.IsPending && dated.Date == date).ToList();
            if (landed.Count > 0)
            {
                var window = new BatchWindow(date, calendar.WindowEnd(landed[0].Drop.EventTime, definition.Trigger.Span, date));
                landed.ForEach(window.Add);
                window.AddFailed(oldestFirst);
                window.Await(definition.RequiredFeeds);
                yield return window;
            }
        }
    }

    private BatchWindow Fill(List<DatedDrop> remaining, BusinessCalendar calendar)
    {
        var first = remaining[0];
        var window = new BatchWindow(first.Date, calendar.WindowEnd(first.Drop.EventTime, definition.Trigger.Span, first.Date));
        var isNamed = false;
        // The first always joins, whatever the span: the loop around this one must come to its end.
        foreach (var dated in remaining.TakeWhile((dated, index) => index == 0 || dated.Drop.EventTime < window.Closes))
        {
            if (BeginsAnother(dated, window))
            {
                window.Close(dated.Drop.EventTime);
                if (!IsWhole(window))
                {
                    // They came before the rest of the set that has begun now.
                    window.RemoveLater();
                }

                break;
            }

            if (dated.DateIsNamed && !isNamed && IsNextTo(dated.Date, window.Date))
            {
                isNamed = true;
                window.Redate(dated.Date, calendar.WindowEnd(first.Drop.EventTime, definition.Trigger.Span, dated.Date));
            }

            // A drop whose key names another date waits for that date's batch.
            if (!dated.DateIsNamed || dated.Date == window.Date)
            {
                window.Add(dated);
            }
        }

        window.Await(definition.RequiredFeeds);
        return window;
    }

    /// <summary>
    /// A feed drops again with a later date. While the set is not whole, that is a date later than the feed's own last one:
    /// a file corrected after midnight stays in the set that began before.
    /// </summary>
    /// <remarks>A part whose key names another date says by itself that it is of another set, and nothing of this one.</remarks>
    private bool BeginsAnother(DatedDrop dated, BatchWindow window) =>
        dated.Date > window.Date
        && (IsWhole(window) || (window.HasEarlier(dated) && !(dated.DateIsNamed && dated.Target.HasParts)));

    private bool IsWhole(BatchWindow window) => window.IsWhole(definition.RequiredFeeds);

    // Yesterday's figures come in the small hours, tomorrow's late in the evening; what lies further off is another set.
    private static bool IsNextTo(DateOnly named, DateOnly date) => Math.Abs(named.DayNumber - date.DayNumber) <= 1;
}
