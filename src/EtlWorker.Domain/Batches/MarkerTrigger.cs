using EtlWorker.Domain.Calendar;
using EtlWorker.Domain.Pipelines;

namespace EtlWorker.Domain.Batches;

/// <summary>Ready once a marker has landed and every required feed has a drop no newer than it. The date is the marker's.</summary>
internal sealed class MarkerTrigger(PipelineDefinition definition, BusinessCalendar calendar) : IBatchTrigger
{
    /// <remarks>A failed run has had its marker: only one that lands again opens its date.</remarks>
    public IEnumerable<BatchWindow> WindowsOf(IReadOnlyList<DatedDrop> oldestFirst) =>
        from marker in oldestFirst
        where marker.IsMarker && marker.IsPending
        select WindowOf(marker, oldestFirst.Where(dated => !dated.IsMarker));

    private BatchWindow WindowOf(DatedDrop marker, IEnumerable<DatedDrop> files)
    {
        var window = new BatchWindow(marker.Date, calendar.WindowEnd(marker.Drop.EventTime, definition.Trigger.Span, marker.Date)) { Marker = marker };
        foreach (var dated in files.Where(dated => dated.IsPending && dated.Drop.EventTime <= marker.Drop.EventTime).Append(marker))
        {
            window.Add(dated);
        }

        window.AddFailed(files);
        window.Await(definition.RequiredFeeds);
        return window;
    }
}
