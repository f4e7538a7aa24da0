using System.Buffers.Binary;

namespace EtlWorker.Domain.Rows;

/// <summary>
/// timestamp(p): yyyy-MM-dd, one space or T, HH:mm:ss, then perhaps a point and up to six digits, and zeros beyond them. The date
/// alone is midnight: pandas writes so where all values of a column are. No offset: PostgreSQL would drop it without a word.
/// </summary>
/// <param name="precision">Digits after the point that the column keeps, 0 to 6; null for 6.</param>
public sealed class TimestampCodec(int? precision) : FieldCodec
{
    private readonly int _precision = precision ?? IsoText.MostFractionDigits;

    public override string Expects => $"a point in time as yyyy-MM-dd[ HH:mm:ss{IsoText.FractionOf(_precision)}], without offset";

    public override int? FractionDigits => _precision;

    public override int MaxEncodedLength(int fieldLength) => sizeof(long);

    public override RejectCode Encode(ReadOnlySpan<byte> field, Span<byte> destination, out int written)
    {
        written = sizeof(long);
        if (IsoText.TryReadDate(field, out var days))
        {
            BinaryPrimitives.WriteInt64BigEndian(destination, days * IsoText.MicrosecondsPerDay);
            return RejectCode.None;
        }

        if (!IsoText.TryReadDateTime(field, _precision, out var microseconds, out var length) || length != field.Length)
        {
            return RejectCode.Timestamp;
        }

        BinaryPrimitives.WriteInt64BigEndian(destination, microseconds);
        return RejectCode.None;
    }
}
