namespace EtlWorker.Infer;

/// <summary>What a column's dates, timestamps and times of day have in common: how many values have which forms.</summary>
internal sealed class DateTimeProfile : KindProfile
{
    // A column of dates has a handful.
    private const int MostShapes = 64;
    private readonly Dictionary<DateTimeShape, (long Count, Example First)> _shapes = [];

    /// <summary>A day that exports write for none, or for always.</summary>
    public Example? Sentinel { get; private set; }

    public IReadOnlyDictionary<DateTimeShape, (long Count, Example First)> Shapes => _shapes;

    protected override bool Fits(ReadOnlySpan<byte> value, Place place)
    {
        if (value.Length is < 4 or > 40 || !TryShape(value, out var shape))
        {
            return false;
        }

        if (Sentinel is null && IsSentinel(value))
        {
            Sentinel = Example.Of(value, place);
        }

        if (_shapes.TryGetValue(shape, out var known))
        {
            _shapes[shape] = known with { Count = known.Count + 1 };
            return true;
        }

        if (_shapes.Count == MostShapes)
        {
            return false;
        }

        _shapes[shape] = (1, Example.Of(value, place));
        return true;
    }

    private static bool IsSentinel(ReadOnlySpan<byte> value) =>
        value.StartsWith("9999"u8) || value.StartsWith("0001-01-01"u8) || value.StartsWith("1000-01-01"u8)
        || value.StartsWith("1900-01-01"u8) || value.StartsWith("1970-01-01"u8) || (value.Length == 10 && value.EndsWith("9999"u8))
        || value.SequenceEqual("01.01.1900"u8) || value.SequenceEqual("01/01/1900"u8);

    private static bool TryShape(ReadOnlySpan<byte> value, out DateTimeShape shape)
    {
        var colon = value.IndexOf((byte)':');
        if (colon < 0)
        {
            var date = DateForms.Of(value);
            shape = new DateTimeShape(date, '\0', null, MonthOf(value, date));
            return date != 0;
        }

        shape = default;
        var end = value[..colon].LastIndexOfAny((byte)' ', (byte)'T');
        if (!TimeText.TryRead(value[(end + 1)..], out var time))
        {
            return false;
        }

        if (end < 0)
        {
            shape = new DateTimeShape(0, '\0', time, 0);
            return true;
        }

        // A comma may stand between a date with a month's name and the time: none of the forms has it.
        shape = new DateTimeShape(DateForms.Of(value[..end]), (char)value[end], time, 0);
        return shape.Dates != 0;
    }

    /// <summary>Numbers of eight digits are told from dates by the months that they would have.</summary>
    private static int MonthOf(ReadOnlySpan<byte> value, ulong forms) =>
        DateForms.IsCompact(forms) ? ((value[4] - '0') * 10) + value[5] - '0' : 0;
}
