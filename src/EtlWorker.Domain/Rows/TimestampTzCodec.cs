using System.Buffers.Binary;

namespace EtlWorker.Domain.Rows;

/// <summary>
/// timestamptz(p): as timestamp, perhaps a blank, and then the offset: Z, +hh, +hhmm or +hh:mm, plus or minus, up to 15:59.
/// Without one the session's zone would decide what is meant, so it is required.
/// </summary>
/// <param name="precision">Digits after the point that the column keeps, 0 to 6; null for 6.</param>
public sealed class TimestampTzCodec(int? precision) : FieldCodec
{
    private const uint MostHours = 15;
    private const long MicrosecondsPerMinute = 60_000_000;

    private readonly int _precision = precision ?? IsoText.MostFractionDigits;

    public override string Expects =>
        $"a point in time as yyyy-MM-dd HH:mm:ss{IsoText.FractionOf(_precision)} and an offset such as Z or +01:00";

    public override int? FractionDigits => _precision;

    public override int MaxEncodedLength(int fieldLength) => sizeof(long);

    public override RejectCode Encode(ReadOnlySpan<byte> field, Span<byte> destination, out int written)
    {
        written = sizeof(long);
        if (!IsoText.TryReadDateTime(field, _precision, out var local, out var length)
            || !TryReadOffset(field[length..], out var minutes))
        {
            return RejectCode.Timestamp;
        }

        BinaryPrimitives.WriteInt64BigEndian(destination, local - (minutes * MicrosecondsPerMinute));
        return RejectCode.None;
    }

    private static bool TryReadOffset(ReadOnlySpan<byte> text, out int minutes)
    {
        minutes = 0;
        text = text is [(byte)' ', ..] ? text[1..] : text;
        if (text is [(byte)'Z'])
        {
            return true;
        }

        if (text.Length is not (3 or 5 or 6) || text[0] is not ((byte)'+' or (byte)'-') || (text.Length == 6 && text[3] != (byte)':'))
        {
            return false;
        }

        var hours = IsoText.TwoDigits(text, 1);
        var minutesOfHour = text.Length == 3 ? 0 : IsoText.TwoDigits(text, text.Length - 2);
        if (hours > MostHours || minutesOfHour > 59)
        {
            return false;
        }

        minutes = (int)((hours * 60) + minutesOfHour) * (text[0] == (byte)'-' ? -1 : 1);
        return true;
    }
}
