namespace EtlWorker.Domain.Rows;

/// <summary>A decimal number in ASCII: an optional minus, digits, at most one point, at least one digit.</summary>
/// <remarks>Places are powers of ten: 0 for the digit before the point, -1 for the one after it.</remarks>
internal readonly struct DecimalText
{
    private readonly int _point;

    private DecimalText(bool isNegative, int first, int last, int point, int fractionDigits) =>
        (IsNegative, First, Last, _point, FractionDigits) = (isNegative, first, last, point, fractionDigits);

    public bool IsNegative { get; }

    /// <summary>Where the first digit that is not 0 stands; -1 when there is none.</summary>
    public int First { get; }

    /// <summary>Where the last digit that is not 0 stands; -1 when there is none.</summary>
    public int Last { get; }

    /// <summary>Digits after the point, zeros included.</summary>
    public int FractionDigits { get; }

    public bool IsZero => First < 0;

    /// <summary>The place of the first digit that is not 0.</summary>
    public int HighestPlace => PlaceAt(First);

    /// <summary>The place of the last digit that is not 0.</summary>
    public int LowestPlace => PlaceAt(Last);

    public static bool TryRead(ReadOnlySpan<byte> text, out DecimalText number)
    {
        var isNegative = !text.IsEmpty && text[0] == (byte)'-';
        var start = isNegative ? 1 : 0;
        int first = -1, last = -1, point = -1;
        for (var index = start; index < text.Length; index++)
        {
            var digit = (uint)(text[index] - '0');
            if (digit > 9)
            {
                if (text[index] != (byte)'.' || point >= 0)
                {
                    number = default;
                    return false;
                }

                point = index;
            }
            else if (digit != 0)
            {
                first = first < 0 ? index : first;
                last = index;
            }
        }

        var digits = text.Length - start - (point < 0 ? 0 : 1);
        point = point < 0 ? text.Length : point;
        number = new DecimalText(isNegative, first, last, point, Math.Max(text.Length - point - 1, 0));
        return digits > 0;
    }

    /// <summary>A zero and an exponent of at most five digits, 0E-15, as exact decimals are written that have lost their digits.</summary>
    /// <param name="text">The field.</param>
    /// <param name="number">A zero, with as many digits after the point as PostgreSQL remembers.</param>
    public static bool TryReadZero(ReadOnlySpan<byte> text, out DecimalText number)
    {
        number = default;
        var mark = text.IndexOfAny((byte)'e', (byte)'E');
        if (mark < 0 || !TryRead(text[..mark], out var zero) || !zero.IsZero || !TryReadExponent(text[(mark + 1)..], out var exponent))
        {
            return false;
        }

        number = new DecimalText(zero.IsNegative, zero.First, zero.Last, zero._point, Math.Max(zero.FractionDigits - exponent, 0));
        return true;
    }

    private static bool TryReadExponent(ReadOnlySpan<byte> text, out int exponent)
    {
        var isNegative = text is [(byte)'-', ..];
        text = text is [(byte)'-' or (byte)'+', ..] ? text[1..] : text;
        exponent = 0;
        if (text.Length is 0 or > 5)
        {
            return false;
        }

        foreach (var character in text)
        {
            if (character is < (byte)'0' or > (byte)'9')
            {
                return false;
            }

            exponent = (exponent * 10) + (character - '0');
        }

        exponent = isNegative ? -exponent : exponent;
        return true;
    }

    private int PlaceAt(int index) => index < _point ? _point - index - 1 : _point - index;
}
