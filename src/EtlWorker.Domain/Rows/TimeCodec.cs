using System.Buffers.Binary;

namespace EtlWorker.Domain.Rows;

/// <summary>
/// time(p): HH:mm:ss, then perhaps a point and up to six digits, and zeros beyond them. PostgreSQL's 24:00:00 is refused.
/// </summary>
/// <param name="precision">Digits after the point that the column keeps, 0 to 6; null for 6.</param>
public sealed class TimeCodec(int? precision) : FieldCodec
{
    private readonly int _precision = precision ?? IsoText.MostFractionDigits;

    public override string Expects => $"a time of day as HH:mm:ss{IsoText.FractionOf(_precision)}";

    public override int? FractionDigits => _precision;

    public override int MaxEncodedLength(int fieldLength) => sizeof(long);

    public override RejectCode Encode(ReadOnlySpan<byte> field, Span<byte> destination, out int written)
    {
        written = sizeof(long);
        if (!IsoText.TryReadTime(field, _precision, out var microseconds, out var length) || length != field.Length)
        {
            return RejectCode.Timestamp;
        }

        BinaryPrimitives.WriteInt64BigEndian(destination, microseconds);
        return RejectCode.None;
    }
}
