using System.Buffers.Binary;

namespace EtlWorker.Domain.Rows;

/// <summary>
/// numeric and numeric(p,s): an optional minus, digits, at most one point. PostgreSQL would round what stands beyond the scale;
/// here only zeros may. An exponent may stand behind a zero, which it does not change.
/// </summary>
/// <remarks>
/// Digits to the base of 10,000, as <c>numeric_send</c> writes them: count, weight of the first, sign, digits of the text after
/// the point, then the digits, without zeros at either end; 16 bits each.
/// </remarks>
public sealed class NumericCodec : FieldCodec
{
    // https://www.postgresql.org/docs/current/datatype-numeric.html
    internal const int MostIntegerDigits = 131_072;
    internal const int MostFractionDigits = 16_383;

    private const int HeaderBytes = 4 * sizeof(short);
    private const short NegativeSign = 0x4000;

    private readonly int? _scale;
    private readonly int _integerDigits;
    private readonly int _lowestPlace;

    /// <summary>Without precision and scale: the number of digits after the point is kept as it is written.</summary>
    public NumericCodec() => (_integerDigits, _lowestPlace) = (MostIntegerDigits, -MostFractionDigits);

    /// <param name="precision">Digits in all.</param>
    /// <param name="scale">Digits after the point; since PostgreSQL 15 it may be negative, or more than the precision.</param>
    public NumericCodec(int precision, int scale) => (_scale, _integerDigits, _lowestPlace) = (scale, precision - scale, -scale);

    public override string Expects => (_scale, _integerDigits) switch
    {
        (null, _) => "a number, such as -1234.5, without exponent",
        ( < 0, _) => $"a number of at most {_integerDigits} digits before the point, the last {_lowestPlace} of them 0",
        (_, < 0) => $"a number of at most {_scale} digits after the point, the first {-_integerDigits} of them 0",
        _ => $"a number of at most {_integerDigits} digits before and {_scale} after the point, without exponent",
    };

    public override int? FractionDigits => _scale >= 0 ? _scale : null;

    /// <param name="modifier"><c>atttypmod</c>: 4 more than precision (high half) and scale (11 bits with sign), or -1.</param>
    public static NumericCodec ForModifier(int modifier)
    {
        var packed = modifier - 4;
        return packed < 0 ? new NumericCodec() : new NumericCodec(packed >> 16, ((packed & 0x7FF) ^ 0x400) - 0x400);
    }

    // At most one digit for four of the field's, and one more when the point splits a group.
    public override int MaxEncodedLength(int fieldLength) => HeaderBytes + (sizeof(short) * ((fieldLength / 4) + 2));

    public override RejectCode Encode(ReadOnlySpan<byte> field, Span<byte> destination, out int written)
    {
        written = HeaderBytes;
        if (!DecimalText.TryRead(field, out var number) && !DecimalText.TryReadZero(field, out number))
        {
            return RejectCode.Numeric;
        }

        // Even zeros need room where PostgreSQL remembers how many there were.
        if (_scale is null && number.FractionDigits > MostFractionDigits)
        {
            return RejectCode.OutOfRange;
        }

        var digitsAfterPoint = Math.Max(_scale ?? number.FractionDigits, 0);
        if (number.IsZero)
        {
            WriteHeader(destination, 0, 0, 0, digitsAfterPoint);
            return RejectCode.None;
        }

        var (highest, lowest) = (number.HighestPlace, number.LowestPlace);
        if (highest >= _integerDigits)
        {
            return RejectCode.OutOfRange;
        }

        if (lowest < _lowestPlace)
        {
            return RejectCode.Numeric;
        }

        // A shift rounds down, so that the places -4..-1 are the group -1.
        var (weight, count) = (highest >> 2, (highest >> 2) - (lowest >> 2) + 1);
        WriteHeader(destination, count, weight, number.IsNegative ? NegativeSign : 0, digitsAfterPoint);
        WriteGroups(field[number.First..(number.Last + 1)], highest, destination[HeaderBytes..]);
        written += count * sizeof(short);
        return RejectCode.None;
    }

    private static void WriteHeader(Span<byte> destination, int count, int weight, int sign, int digitsAfterPoint)
    {
        BinaryPrimitives.WriteInt16BigEndian(destination, (short)count);
        BinaryPrimitives.WriteInt16BigEndian(destination[2..], (short)weight);
        BinaryPrimitives.WriteInt16BigEndian(destination[4..], (short)sign);
        BinaryPrimitives.WriteInt16BigEndian(destination[6..], (short)digitsAfterPoint);
    }

    /// <param name="digits">From the first to the last that is not 0, perhaps with a point.</param>
    /// <param name="place">The power of ten of the first.</param>
    /// <param name="destination">Room for the groups.</param>
    private static void WriteGroups(ReadOnlySpan<byte> digits, int place, Span<byte> destination)
    {
        var group = 0;
        foreach (var character in digits)
        {
            if (character == (byte)'.')
            {
                continue;
            }

            group = (group * 10) + (character - '0');
            if ((place & 3) == 0)
            {
                BinaryPrimitives.WriteInt16BigEndian(destination, (short)group);
                destination = destination[sizeof(short)..];
                group = 0;
            }

            place--;
        }

        // What is left of the last group are zeros.
        if (group != 0)
        {
            var zeros = (place + 1) & 3;
            BinaryPrimitives.WriteInt16BigEndian(destination, (short)(group * (zeros == 3 ? 1000 : zeros == 2 ? 100 : 10)));
        }
    }
}
