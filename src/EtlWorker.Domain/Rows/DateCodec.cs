using System.Buffers.Binary;

namespace EtlWorker.Domain.Rows;

/// <summary>
/// date: yyyy-MM-dd, a day of the proleptic Gregorian calendar in years 0001 to 9999. Midnight may stand behind it, without an offset, as
/// exports of a timestamp write a date; another time would be dropped.
/// </summary>
public sealed class DateCodec : FieldCodec
{
    public override string Expects => "a calendar date as yyyy-MM-dd";

    public override int MaxEncodedLength(int fieldLength) => sizeof(int);

    public override RejectCode Encode(ReadOnlySpan<byte> field, Span<byte> destination, out int written)
    {
        written = sizeof(int);
        if (!IsoText.TryReadDate(field, out var days) && !TryReadMidnight(field, out days))
        {
            return RejectCode.Date;
        }

        BinaryPrimitives.WriteInt32BigEndian(destination, days);
        return RejectCode.None;
    }

    private static bool TryReadMidnight(ReadOnlySpan<byte> field, out int days)
    {
        var isMidnight = IsoText.TryReadDateTime(field, IsoText.MostFractionDigits, out var microseconds, out var length)
            && length == field.Length && microseconds % IsoText.MicrosecondsPerDay == 0;
        days = isMidnight ? (int)(microseconds / IsoText.MicrosecondsPerDay) : 0;
        return isMidnight;
    }
}
