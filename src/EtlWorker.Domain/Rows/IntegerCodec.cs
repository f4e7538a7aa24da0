using System.Buffers.Binary;

namespace EtlWorker.Domain.Rows;

/// <summary>int2, int4 and int8: an optional minus and decimal digits.</summary>
/// <param name="size">Bytes: 2, 4 or 8.</param>
public sealed class IntegerCodec(int size) : FieldCodec
{
    // 10^19 - 1 is less than 2^64: so many digits cannot overflow.
    private const int SafeDigits = 19;

    // The magnitude that still fits: one more on the negative side.
    private readonly ulong _maxMagnitude = (ulong)long.MaxValue >> (64 - (size * 8));

    public override string Expects => $"a whole number between -{_maxMagnitude + 1} and {_maxMagnitude}";

    public override int MaxEncodedLength(int fieldLength) => size;

    public override RejectCode Encode(ReadOnlySpan<byte> field, Span<byte> destination, out int written)
    {
        written = size;
        var negative = field.Length > 0 && field[0] == (byte)'-';
        var digits = negative ? field[1..] : field;
        if (digits.IsEmpty)
        {
            return RejectCode.Integer;
        }

        ulong magnitude = 0;
        foreach (var character in digits)
        {
            var digit = (uint)(character - '0');
            if (digit > 9)
            {
                return RejectCode.Integer;
            }

            magnitude = unchecked((magnitude * 10) + digit);
        }

        if (magnitude > (negative ? _maxMagnitude + 1 : _maxMagnitude)
            || (digits.Length > SafeDigits && digits.TrimStart((byte)'0').Length > SafeDigits))
        {
            return RejectCode.OutOfRange;
        }

        Write(negative ? unchecked(-(long)magnitude) : (long)magnitude, destination);
        return RejectCode.None;
    }

    private void Write(long value, Span<byte> destination)
    {
        switch (size)
        {
            case 4:
                BinaryPrimitives.WriteInt32BigEndian(destination, (int)value);
                break;
            case 2:
                BinaryPrimitives.WriteInt16BigEndian(destination, (short)value);
                break;
            default:
                BinaryPrimitives.WriteInt64BigEndian(destination, value);
                break;
        }
    }
}
