namespace EtlWorker.Domain.Rows;

/// <summary>The offsets of a time zone's own times, those of each minute looked up once.</summary>
internal sealed class LocalTime(TimeZoneInfo zone)
{
    private const int MostKept = 10_000;
    private const int FirstRegularYear = 1970;
    private const int QuarterMinutes = 15;

    // Longer than any zone's clocks are set by at once.
    private static readonly TimeSpan Around = TimeSpan.FromHours(26);
    private readonly Dictionary<long, int?> _offsets = [];

    /// <returns>Minutes east of Greenwich; null for a time that does not exist there, or exists twice.</returns>
    public int? OffsetOf(DateTime local)
    {
        // Before that offsets changed at odd times, and had seconds.
        if (local.Year < FirstRegularYear)
        {
            return Find(local);
        }

        var minute = local.Ticks / TimeSpan.TicksPerMinute;
        if (!_offsets.TryGetValue(minute, out var offset))
        {
            if (_offsets.Count == MostKept)
            {
                _offsets.Clear();
            }

            _offsets[minute] = offset = Find(local);
        }

        return offset;
    }

    /// <summary>
    /// By the offsets before and after: .NET knows a time that exists twice where clocks are set back at the end of summer, and not where
    /// the zone itself moves.
    /// </summary>
    private int? Find(DateTime local)
    {
        // At the ends of the calendar, 9999-12-31 for one, no clock is set.
        var isAtEnd = local - DateTime.MinValue < 2 * Around || DateTime.MaxValue - local < 2 * Around;
        List<TimeSpan> offsets = isAtEnd
            ? [zone.GetUtcOffset(local)]
            : [
                .. new[] { AtUtc(local - Around), AtUtc(local + Around), zone.GetUtcOffset(local) }.Distinct()
                    .Where(offset => AtUtc(local - offset) == offset),
            ];
        // .NET rounds an offset with seconds, as zones had them once; none is better than one that is nearly right.
        return offsets is [var only] && (int)only.TotalMinutes % QuarterMinutes == 0 ? (int)only.TotalMinutes : null;
    }

    private TimeSpan AtUtc(DateTime time) => zone.GetUtcOffset(DateTime.SpecifyKind(time, DateTimeKind.Utc));
}
