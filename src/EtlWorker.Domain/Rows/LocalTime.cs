namespace EtlWorker.Domain.Rows;

/// <summary>The offsets of a time zone's own times, those of each quarter of an hour looked up once.</summary>
internal sealed class LocalTime(TimeZoneInfo zone)
{
    private const int MostKept = 10_000;
    private const int FirstRegularYear = 1970;
    private const int QuarterMinutes = 15;
    private static readonly long Quarter = TimeSpan.FromMinutes(QuarterMinutes).Ticks;
    private readonly Dictionary<long, int?> _offsets = [];

    /// <returns>Minutes east of Greenwich; null for a time that does not exist there, or exists twice.</returns>
    public int? OffsetOf(DateTime local)
    {
        // Before that offsets changed at odd times, and had seconds.
        if (local.Year < FirstRegularYear)
        {
            return Find(local);
        }

        var quarter = local.Ticks / Quarter;
        if (!_offsets.TryGetValue(quarter, out var offset))
        {
            if (_offsets.Count == MostKept)
            {
                _offsets.Clear();
            }

            _offsets[quarter] = offset = Find(local);
        }

        return offset;
    }

    private int? Find(DateTime local)
    {
        if (zone.IsInvalidTime(local) || zone.IsAmbiguousTime(local))
        {
            return null;
        }

        // .NET rounds an offset with seconds, as zones had them once; none is better than one that is nearly right.
        var minutes = (int)zone.GetUtcOffset(local).TotalMinutes;
        return minutes % QuarterMinutes == 0 ? minutes : null;
    }
}
