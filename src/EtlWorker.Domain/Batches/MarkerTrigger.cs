using EtlWorker.Domain.Calendar;
using EtlWorker.Domain.Drops;
using EtlWorker.Domain.Pipelines;

namespace EtlWorker.Domain.Batches;

/// <summary>Ready once a marker has landed and every required feed has a drop no newer than it. The date is the marker's.</summary>
internal sealed class MarkerTrigger(PipelineDefinition definition) : IBatchTrigger
{
    public MarkerDefinition? Marker { get; } =
        definition.Trigger.Object is { } key ? new MarkerDefinition(new ObjectPattern(key)) : null;

    public bool NeedsMarker => true;

    public IEnumerable<IDropTarget> Awaited =>
        Marker is { } marker ? definition.RequiredFeeds.Append<IDropTarget>(marker) : definition.RequiredFeeds;

    public bool RunsIncomplete => false;

    public bool ReadsUnchanged => false;

    public string? PartsFault(FeedDefinition feed) => null;

    /// <remarks>A failed run has had its marker: only one that lands again opens its date.</remarks>
    public IEnumerable<BatchWindow> WindowsOf(IReadOnlyList<DatedDrop> oldestFirst, BusinessCalendar calendar) =>
        from marker in oldestFirst
        where marker.IsMarker && marker.IsPending
        select WindowOf(marker, oldestFirst.Where(dated => !dated.IsMarker), calendar);

    private BatchWindow WindowOf(DatedDrop marker, IEnumerable<DatedDrop> files, BusinessCalendar calendar)
    {
        var here = files.Where(dated => dated.IsPending && dated.Drop.EventTime <= marker.Drop.EventTime)
            .ToLookup(dated => IsLeftBehind(dated, marker));
        var window = new BatchWindow(marker.Date, calendar.WindowEnd(marker.Drop.EventTime, definition.Trigger.Span, marker.Date))
        {
            Marker = marker,
            LeftBehind = [.. here[true]],
        };
        foreach (var dated in here[false].Append(marker))
        {
            window.Add(dated);
        }

        window.AddFailed(files);
        window.Await(definition.RequiredFeeds);
        return window;
    }

    /// <summary>A part of another date that landed long before the marker is of a set whose own marker never came.</summary>
    private bool IsLeftBehind(DatedDrop dated, DatedDrop marker) => dated.Target.HasParts
        && dated.Date != marker.Date && dated.Drop.EventTime <= marker.Drop.EventTime - definition.Trigger.Span;
}
