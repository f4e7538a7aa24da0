using System.Buffers.Binary;

namespace EtlWorker.Domain.Rows;

/// <summary>
/// money: an optional minus, digits, at most two after a point. PostgreSQL reads it by <c>lc_monetary</c>, would take a comma for a
/// separator of thousands wherever it stands, and would round.
/// </summary>
/// <remarks>Hundredths, 64 bits, as <c>cash_send</c> writes them where <c>lc_monetary</c> has two digits after the point.</remarks>
public sealed class MoneyCodec : FieldCodec
{
    private const int Digits = 2;

    // 92233720368547758.07
    private const int MostIntegerDigits = 17;

    public override string Expects => "an amount, such as -1234.50, with at most 2 digits after the point";

    public override int? FractionDigits => Digits;

    public override int MaxEncodedLength(int fieldLength) => sizeof(long);

    public override RejectCode Encode(ReadOnlySpan<byte> field, Span<byte> destination, out int written)
    {
        written = sizeof(long);
        if (!DecimalText.TryRead(field, out var number) || (!number.IsZero && number.LowestPlace < -Digits))
        {
            return RejectCode.Numeric;
        }

        if (!number.IsZero && number.HighestPlace >= MostIntegerDigits)
        {
            return RejectCode.OutOfRange;
        }

        var hundredths = HundredthsOf(field, number);
        if (hundredths < long.MinValue || hundredths > long.MaxValue)
        {
            return RejectCode.OutOfRange;
        }

        BinaryPrimitives.WriteInt64BigEndian(destination, (long)hundredths);
        return RejectCode.None;
    }

    private static Int128 HundredthsOf(ReadOnlySpan<byte> field, DecimalText number)
    {
        if (number.IsZero)
        {
            return 0;
        }

        Int128 amount = 0;
        foreach (var character in field[number.First..(number.Last + 1)])
        {
            amount = character == (byte)'.' ? amount : (amount * 10) + (character - '0');
        }

        for (var place = number.LowestPlace; place > -Digits; place--)
        {
            amount *= 10;
        }

        return number.IsNegative ? -amount : amount;
    }
}
