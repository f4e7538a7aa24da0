using System.Buffers.Binary;
using EtlWorker.Domain.Rows;

namespace EtlWorker.Load;

/// <summary>Rows in COPY's binary format: the server parses nothing.</summary>
/// <remarks>Format: https://www.postgresql.org/docs/current/sql-copy.html, "Binary Format".</remarks>
internal class BinaryTuples : CopyBuffer
{
    private const int LengthBytes = sizeof(int);

    public BinaryTuples()
    {
        Signature.CopyTo(Bytes);
        End = Signature.Length;
    }

    public override string Format => "binary";

    // PGCOPY\n\377\r\n\0, no flags, no header extension.
    private static ReadOnlySpan<byte> Signature =>
        [0x50, 0x47, 0x43, 0x4F, 0x50, 0x59, 0x0A, 0xFF, 0x0D, 0x0A, 0x00, 0, 0, 0, 0, 0, 0, 0, 0];

    public override void BeginRow(int fields)
    {
        base.BeginRow(fields);
        AppendShort(fields);
    }

    public override void AppendNull() => AppendInt(-1);

    public override RejectCode AppendField(FieldCodec codec, ReadOnlySpan<byte> field)
    {
        Reserve(LengthBytes + codec.MaxEncodedLength(field.Length));
        var refused = codec.Encode(field, Bytes.AsSpan(End + LengthBytes), out var written);
        BinaryPrimitives.WriteInt32BigEndian(Bytes.AsSpan(End), written);
        End += LengthBytes + written;
        return refused;
    }

    public override void AppendLineNumber(long line)
    {
        AppendInt(sizeof(long));
        Reserve(sizeof(long));
        BinaryPrimitives.WriteInt64BigEndian(Bytes.AsSpan(End), line);
        End += sizeof(long);
    }

    public override void AppendTrailer() => AppendShort(-1);

    protected void AppendInt(int value)
    {
        Reserve(LengthBytes);
        WriteInt(End, value);
        End += LengthBytes;
    }

    protected void WriteInt(int at, int value) => BinaryPrimitives.WriteInt32BigEndian(Bytes.AsSpan(at), value);

    private void AppendShort(int value)
    {
        Reserve(sizeof(short));
        BinaryPrimitives.WriteInt16BigEndian(Bytes.AsSpan(End), (short)value);
        End += sizeof(short);
    }
}
