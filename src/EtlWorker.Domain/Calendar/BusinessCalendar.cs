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

    /// <summary>Longer than any change of a zone's offset that has moved a day's boundary.</summary>
    private static readonly TimeSpan LongestShift = TimeSpan.FromHours(3);

    public DateOnly DateOf(DateTimeOffset instant) =>
        DateOnly.FromDateTime(TimeZoneInfo.ConvertTime(instant, zone).DateTime - dayStart);

    /// <summary>The first minute from which every later instant belongs to a later date.</summary>
    public DateTimeOffset EndOf(DateOnly date)
    {
        var local = date.AddDays(1).ToDateTime(TimeOnly.MinValue) + dayStart;
        var end = new DateTimeOffset(local - zone.GetUtcOffset(local), TimeSpan.Zero) + LongestShift;
        while (DateOf(end - Step) > date)
        {
            end -= Step;
        }

        return end;
    }
}
