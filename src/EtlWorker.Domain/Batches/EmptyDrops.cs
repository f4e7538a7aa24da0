using EtlWorker.Domain.Calendar;
using EtlWorker.Domain.Drops;
using EtlWorker.Domain.Pipelines;

namespace EtlWorker.Domain.Batches;

/// <summary>
/// The pending drops of empty objects. Mounts and gateways create an object empty and write it seconds later, so an empty
/// object completes no set, replaces no other drop and is never loaded; its own newer version takes its place.
/// </summary>
/// <param name="definition">The pipeline's definition.</param>
/// <param name="calendar">The pipeline's calendar.</param>
/// <param name="empty">The pending drops of empty objects, oldest first.</param>
/// <param name="filled">All other drops that the decision looks at.</param>
internal sealed class EmptyDrops(
    PipelineDefinition definition, BusinessCalendar calendar, IReadOnlyList<DatedDrop> empty, IReadOnlyList<DatedDrop> filled)
{
    /// <summary>What a window lacks, in words.</summary>
    public IReadOnlyList<string> MissingIn(BatchWindow window) =>
        PartCount.InWords(definition.Feeds, window.Missing, window.Members, empty.Where(window.IsTimeOf).Select(dated => dated.Drop));

    /// <summary>Those that a ready batch does without.</summary>
    public IEnumerable<DatedDrop> PassedOverBy(BatchWindow ready) =>
        empty.Where(dated => dated.Date <= ready.Date && dated.Drop.EventTime <= ready.LastEvent);

    /// <summary>Those that need wait no longer, and why.</summary>
    /// <param name="isExcluded">Whether a drop could join no batch even if it were not empty.</param>
    /// <param name="ready">The window that is ready.</param>
    /// <param name="windows">All windows.</param>
    /// <param name="known">The time up to which everything is known.</param>
    public IEnumerable<Disposal> Excluded(
        Predicate<DatedDrop> isExcluded, BatchWindow? ready, IReadOnlyList<BatchWindow> windows, DateTimeOffset known)
    {
        var passedOver = ready is null ? [] : PassedOverBy(ready).ToHashSet();
        foreach (var dated in empty)
        {
            if (NewerVersionOf(dated) is { } newer)
            {
                yield return Superseded(dated, new DisposalReason.EmptyReplaced(newer.EventTime)) with { IsNotified = false };
            }
            else if (!dated.IsOptional && isExcluded(dated))
            {
                yield return Superseded(dated, new DisposalReason.EmptyUnawaited());
            }
            else if (passedOver.Contains(dated))
            {
                yield return Superseded(dated, new DisposalReason.EmptyPassedOver(ready!.Date));
            }
            else if (!dated.IsOptional && IsOver(dated, windows, known))
            {
                yield return Superseded(dated, new DisposalReason.Incomplete(dated.Date, MissingBeside(dated, windows)));
            }
        }
    }

    private static Disposal Superseded(DatedDrop dated, DisposalReason reason) =>
        new(dated.Drop, dated.Date, DropDisposition.Superseded, reason);

    private Drop? NewerVersionOf(DatedDrop dated)
    {
        var newest = filled.Where(other => other.Drop.Disposition != DropDisposition.Gone)
            .Select(other => other.Drop)
            .Where(other => (other.Bucket, other.Key) == (dated.Drop.Bucket, dated.Drop.Key))
            .Append(dated.Drop).Newest();
        return newest == dated.Drop ? null : newest;
    }

    /// <summary>It waits as long as a set of its date does; where there is none, as long as a set would that it had begun.</summary>
    private bool IsOver(DatedDrop dated, IEnumerable<BatchWindow> windows, DateTimeOffset known)
    {
        var waiting = WaitingOf(dated, windows).ToList();
        return waiting.Count > 0
            ? waiting.TrueForAll(window => known >= window.Closes)
            : known >= calendar.WindowEnd(dated.Drop.EventTime, definition.Trigger.Span, dated.Date);
    }

    private IReadOnlyList<string> MissingBeside(DatedDrop dated, IEnumerable<BatchWindow> windows)
    {
        if (WaitingOf(dated, windows).LastOrDefault() is { } window)
        {
            return MissingIn(window);
        }

        var here = filled.Where(other => other.IsPending && other.Date == dated.Date).ToList();
        return PartCount.InWords(definition.Feeds, PartCount.Lacking(definition.BatchTrigger.Awaited, here), here,
            empty.Where(other => other.Date == dated.Date).Select(other => other.Drop));
    }

    private static IEnumerable<BatchWindow> WaitingOf(DatedDrop dated, IEnumerable<BatchWindow> windows) =>
        windows.Where(window => window.ReadyAt is null && window.Date == dated.Date);
}
