using EtlWorker.Domain.Calendar;
using EtlWorker.Domain.Pipelines;

namespace EtlWorker.Domain.Batches;

/// <summary>When a batch is ready and what belongs to it: everything in which the kinds of triggers differ.</summary>
public interface IBatchTrigger
{
    /// <summary>The marker that the definition names; null where the trigger has none.</summary>
    MarkerDefinition? Marker { get; }

    /// <summary>Whether the definition must name a marker; where it need not, it must not.</summary>
    bool NeedsMarker { get; }

    /// <summary>What an expected day must have.</summary>
    IEnumerable<IDropTarget> Awaited { get; }

    /// <summary>Whether a batch may run without some of the required feeds.</summary>
    bool RunsIncomplete { get; }

    /// <summary>
    /// Whether a batch reads feeds that have not changed, too: then the newest drops of the required feeds are candidates, whatever
    /// became of them.
    /// </summary>
    bool ReadsUnchanged { get; }

    /// <returns>Why the trigger cannot tell when the parts of a feed are complete, for a person; null where it can.</returns>
    string? PartsFault(FeedDefinition feed);

    /// <summary>Cuts what waits into the windows of batches.</summary>
    /// <param name="oldestFirst">Drops of required feeds, and markers, that count.</param>
    /// <param name="calendar">The pipeline's calendar.</param>
    /// <returns>Windows in the order in which they began, each with at least one drop.</returns>
    internal IEnumerable<BatchWindow> WindowsOf(IReadOnlyList<DatedDrop> oldestFirst, BusinessCalendar calendar);
}
