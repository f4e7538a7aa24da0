using EtlWorker.Domain.Calendar;
using EtlWorker.Domain.Pipelines;

namespace EtlWorker.Domain.Batches;

/// <summary>
/// Ready once any required feed has dropped and then nothing has for a while. The date is the first drop's. Which drops lie close together
/// goes by their events, all of S3's clock; how long is still to be waited by when they were received, all of the database's.
/// </summary>
internal sealed class ChangeTrigger(PipelineDefinition definition) : IBatchTrigger
{
    public MarkerDefinition? Marker => null;

    public bool NeedsMarker => false;

    public IEnumerable<IDropTarget> Awaited => definition.RequiredFeeds;

    public bool RunsIncomplete => true;

    public bool ReadsUnchanged => true;

    public string? PartsFault(FeedDefinition feed) => feed is { HasParts: true, Count: not null }
        ? "count is for the triggers complete and marker; a change awaits no number of files"
        : null;

    public IEnumerable<BatchWindow> WindowsOf(IReadOnlyList<DatedDrop> oldestFirst, BusinessCalendar calendar)
    {
        var windows = new List<BatchWindow>();
        foreach (var dated in oldestFirst.Where(dated => dated.IsPending))
        {
            if (windows.Count == 0 || dated.Drop.EventTime >= windows[^1].ReadyAt)
            {
                windows.Add(new BatchWindow(dated.Date, DateTimeOffset.MaxValue));
            }

            windows[^1].Add(dated);
            windows[^1].ReadyAt = dated.Drop.EventTime + definition.Trigger.Settle;
            windows[^1].Settle(dated.Drop.ReceivedAt + definition.Trigger.Settle);
        }

        foreach (var window in windows)
        {
            window.AddFailed(oldestFirst);
        }

        return windows;
    }
}
