using System.Buffers.Binary;

namespace EtlWorker.Domain.Rows;

/// <summary>date: exactly yyyy-MM-dd, a day of the proleptic Gregorian calendar in years 0001 to 9999.</summary>
public sealed class DateCodec : FieldCodec
{
    public override string Expects => "a calendar date as yyyy-MM-dd";

    public override int MaxEncodedLength(int fieldLength) => sizeof(int);

    public override RejectCode Encode(ReadOnlySpan<byte> field, Span<byte> destination, out int written)
    {
        written = sizeof(int);
        if (!IsoText.TryReadDate(field, out var days))
        {
            return RejectCode.Date;
        }

        BinaryPrimitives.WriteInt32BigEndian(destination, days);
        return RejectCode.None;
    }
}
