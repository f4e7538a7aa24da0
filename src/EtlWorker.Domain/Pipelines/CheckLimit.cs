using System.Globalization;
using EtlWorker.Domain.Text;

namespace EtlWorker.Domain.Pipelines;

/// <summary>How many offending rows a check may find before it warns, or before the run fails.</summary>
public sealed record CheckLimit
{
    /// <summary>Rows; 0 where maxPercent is not given either.</summary>
    [Allowed(Minimum = 0)]
    public long? Max { get; init; }

    /// <summary>Per cent of the rows of the table that "of" names.</summary>
    [Allowed(Minimum = 0, Maximum = 100)]
    public double? MaxPercent { get; init; }

    /// <param name="found">Rows that the check found.</param>
    /// <param name="of">Rows of the table; null where no per cent is asked for.</param>
    public bool IsExceededBy(long found, long? of) =>
        found > (Max ?? (MaxPercent is null ? 0 : long.MaxValue)) || (MaxPercent is { } percent && found * 100.0 > percent * (of ?? 0));

    /// <summary>For messages: <c>10 rows or 1 %</c>.</summary>
    public override string ToString()
    {
        var share = string.Create(CultureInfo.InvariantCulture, $"{MaxPercent} %");
        return (Max, MaxPercent) switch
        {
            (null, not null) => share,
            (var most, null) => Counted.Of(most ?? 0, "row"),
            (var most, _) => $"{Counted.Of(most ?? 0, "row")} or {share}",
        };
    }
}
