using EtlWorker.Domain.Drops;
using EtlWorker.Domain.Pipelines;

namespace EtlWorker.Domain.Calendar;

/// <summary>
/// Which calendar date an instant belongs to: the local date in an IANA zone of the instant minus <c>dayStart</c>.
/// A date is not 24 hours; every boundary is found by asking for the date of an instant, so zones that skip or repeat
/// midnight need no special case.
/// </summary>
/// <param name="zone">The pipeline's zone.</param>
/// <param name="dayStart">Local time at which a date begins, in [00:00, 24:00).</param>
public sealed class BusinessCalendar(TimeZoneInfo zone, TimeSpan dayStart)
{
    private static readonly TimeSpan Step = TimeSpan.FromMinutes(1);

    private static readonly TimeSpan Day = TimeSpan.FromDays(1);

    /// <summary>Only a key can name a later date; its end is not computed, for the base library's time ends there.</summary>
    private static readonly DateOnly LastWithEnd = DateOnly.MaxValue.AddDays(-4);

    /// <summary>The date of a file: the one that its key names, else the one on which it landed.</summary>
    public DateOnly DateOf(IDropTarget target, Drop drop) => target.Takes(drop.Key, out var named) && named is { } date
        ? date
        : DateOf(drop.EventTime);

    public DateOnly DateOf(DateTimeOffset instant) => DateOnly.FromDateTime(Moved(LocalTimeOf(instant), -dayStart));

    /// <summary>The date on the wall, wherever the pipeline's own begins.</summary>
    public DateOnly LocalDateOf(DateTimeOffset instant) => DateOnly.FromDateTime(LocalTimeOf(instant));

    /// <summary>The first minute from which every later instant belongs to a later date.</summary>
    public DateTimeOffset EndOf(DateOnly date)
    {
        if (date > LastWithEnd)
        {
            return DateTimeOffset.MaxValue;
        }

        var local = date.AddDays(1).ToDateTime(TimeOnly.MinValue) + dayStart;
        // The latest instant at which clocks can show the boundary; where they were put forward, even by a whole day, the date
        // ended sooner.
        var (before, after) = (zone.GetUtcOffset(Moved(local, -Day)), zone.GetUtcOffset(Moved(local, Day)));
        var end = new DateTimeOffset(Moved(local, before < after ? -before : -after), TimeSpan.Zero);
        while (DateOf(end - Step) > date)
        {
            end -= Step;
        }

        return end;
    }

    /// <summary>When a set of the date closes that began at an instant: after its span, and not before the date's end.</summary>
    public DateTimeOffset WindowEnd(DateTimeOffset began, TimeSpan span, DateOnly date) =>
        new DateTimeOffset(Moved(began.UtcDateTime, span), TimeSpan.Zero) is var bySpan && EndOf(date) is var byDate && bySpan > byDate
            ? bySpan
            : byDate;

    /// <summary>The first instant of the date at which clocks show this time; moved forward where they skip it.</summary>
    /// <returns>Null when the zone skips the whole date.</returns>
    public DateTimeOffset? At(DateOnly date, TimeSpan timeOfDay)
    {
        if (date > LastWithEnd)
        {
            return DateTimeOffset.MaxValue;
        }

        if (date > DateOnly.MinValue && EndOf(date) == EndOf(date.AddDays(-1)))
        {
            return null;
        }

        var local = date.ToDateTime(TimeOnly.MinValue) + timeOfDay + (timeOfDay < dayStart ? Day : TimeSpan.Zero);
        // The earliest instant at which clocks can show it; the base library does not call the times of a skipped date invalid.
        var (before, after) = (zone.GetUtcOffset(Moved(local, -Day)), zone.GetUtcOffset(Moved(local, Day)));
        var at = new DateTimeOffset(Moved(local, before > after ? -before : -after), TimeSpan.Zero);
        while (LocalTimeOf(at) < local)
        {
            at += Step;
        }

        return at;
    }

    /// <summary>No time lies before the base library's first, or after its last.</summary>
    private static DateTime Moved(DateTime time, TimeSpan by) =>
        new(Math.Clamp(time.Ticks + by.Ticks, DateTime.MinValue.Ticks, DateTime.MaxValue.Ticks), time.Kind);

    private DateTime LocalTimeOf(DateTimeOffset instant) => TimeZoneInfo.ConvertTime(instant, zone).DateTime;
}
