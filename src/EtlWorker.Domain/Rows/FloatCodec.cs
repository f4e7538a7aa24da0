using System.Buffers.Binary;
using System.Globalization;

namespace EtlWorker.Domain.Rows;

/// <summary>
/// float4 and float8: a decimal number, perhaps with an exponent (1e-05 is how PostgreSQL and pandas write small ones). NaN and
/// infinity are refused: whoever means them as missing says so in the feed's nulls.
/// </summary>
/// <param name="size">Bytes: 4 or 8.</param>
public sealed class FloatCodec(int size) : FieldCodec
{
    public override string Expects => $"a number, such as -1234.5 or 1e-05, that a float{size} can hold";

    public override int MaxEncodedLength(int fieldLength) => size;

    public override RejectCode Encode(ReadOnlySpan<byte> field, Span<byte> destination, out int written)
    {
        written = size;
        var exponent = field.IndexOfAny((byte)'e', (byte)'E');
        if (!DecimalText.TryRead(exponent < 0 ? field : field[..exponent], out var mantissa)
            || (exponent >= 0 && !IsWholeNumber(field[(exponent + 1)..])))
        {
            return RejectCode.Numeric;
        }

        // The shape is known to be strict, so the loose parser cannot take anything that it should not. A float4 is parsed as one:
        // by way of a double it would be rounded twice.
        var isHeld = size == sizeof(float)
            ? TryWriteSingle(field, mantissa.IsZero, destination)
            : TryWriteDouble(field, mantissa.IsZero, destination);
        return isHeld ? RejectCode.None : RejectCode.OutOfRange;
    }

    private static bool IsWholeNumber(ReadOnlySpan<byte> text)
    {
        var digits = !text.IsEmpty && text[0] is (byte)'-' or (byte)'+' ? text[1..] : text;
        return !digits.IsEmpty && !digits.ContainsAnyExceptInRange((byte)'0', (byte)'9');
    }

    private static bool TryWriteSingle(ReadOnlySpan<byte> number, bool isZero, Span<byte> destination)
    {
        var isNumber = float.TryParse(number, NumberStyles.Float, CultureInfo.InvariantCulture, out var value);
        BinaryPrimitives.WriteSingleBigEndian(destination, value);
        return isNumber && float.IsFinite(value) && (value != 0 || isZero);
    }

    private static bool TryWriteDouble(ReadOnlySpan<byte> number, bool isZero, Span<byte> destination)
    {
        var isNumber = double.TryParse(number, NumberStyles.Float, CultureInfo.InvariantCulture, out var value);
        BinaryPrimitives.WriteDoubleBigEndian(destination, value);
        return isNumber && double.IsFinite(value) && (value != 0 || isZero);
    }
}
