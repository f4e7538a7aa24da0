using System.Globalization;

namespace EtlWorker.SampleData;

/// <summary>The ISO text of every day from the first order to the as-of date, rendered once; days count from 0.</summary>
internal sealed class DayTexts
{
    private const int Width = 10;

    private readonly byte[] _texts;

    public DayTexts(DateOnly first, DateOnly last)
    {
        Last = last.DayNumber - first.DayNumber;
        _texts = new byte[(Last + 1) * Width];
        for (var day = 0; day <= Last; day++)
            first.AddDays(day).TryFormat(_texts.AsSpan(day * Width), out _, "yyyy-MM-dd", CultureInfo.InvariantCulture);
    }

    public int Last { get; }

    public ReadOnlySpan<byte> this[int day] => _texts.AsSpan(day * Width, Width);
}
