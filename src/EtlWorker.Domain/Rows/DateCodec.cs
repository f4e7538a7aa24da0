using System.Buffers.Binary;

namespace EtlWorker.Domain.Rows;

/// <summary>date: exactly yyyy-MM-dd, a day of the proleptic Gregorian calendar in years 0001 to 9999.</summary>
public sealed class DateCodec : FieldCodec
{
    private static readonly int Epoch = new DateOnly(2000, 1, 1).DayNumber;

    public override string Expects => "a calendar date as yyyy-MM-dd";

    public override int MaxEncodedLength(int fieldLength) => sizeof(int);

    public override RejectCode Encode(ReadOnlySpan<byte> field, Span<byte> destination, out int written)
    {
        written = sizeof(int);
        if (field.Length != 10 || field[4] != '-' || field[7] != '-'
            || !TryNumber(field[..4], out var year) || !TryNumber(field[5..7], out var month) || !TryNumber(field[8..], out var day)
            || year < 1 || month is < 1 or > 12 || day < 1 || day > DateTime.DaysInMonth(year, month))
        {
            return RejectCode.Date;
        }

        BinaryPrimitives.WriteInt32BigEndian(destination, new DateOnly(year, month, day).DayNumber - Epoch);
        return RejectCode.None;
    }

    private static bool TryNumber(ReadOnlySpan<byte> digits, out int number)
    {
        number = 0;
        foreach (var character in digits)
        {
            var digit = (uint)(character - '0');
            if (digit > 9)
            {
                return false;
            }

            number = (number * 10) + (int)digit;
        }

        return true;
    }
}
