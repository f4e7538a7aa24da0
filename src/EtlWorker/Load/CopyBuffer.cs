using System.Buffers.Binary;
using EtlWorker.Domain.Rows;

namespace EtlWorker.Load;

/// <summary>
/// Binary COPY tuples under construction, in chunks. A row that is refused half-way is taken back whole.
/// </summary>
/// <remarks>Format: https://www.postgresql.org/docs/current/sql-copy.html, "Binary Format".</remarks>
internal sealed class CopyBuffer
{
    /// <summary>Smaller chunks cost server time; larger ones only memory.</summary>
    public const int ChunkBytes = 64 << 10;

    private const int LengthBytes = sizeof(int);
    private byte[] _bytes = new byte[2 * ChunkBytes];
    private int _rowStart;
    private int _end;

    public CopyBuffer()
    {
        Signature.CopyTo(_bytes);
        _end = Signature.Length;
    }

    public bool IsChunk => _end >= ChunkBytes;

    public ReadOnlyMemory<byte> Written => _bytes.AsMemory(0, _end);

    // PGCOPY\n\377\r\n\0, no flags, no header extension.
    private static ReadOnlySpan<byte> Signature =>
        [0x50, 0x47, 0x43, 0x4F, 0x50, 0x59, 0x0A, 0xFF, 0x0D, 0x0A, 0x00, 0, 0, 0, 0, 0, 0, 0, 0];

    public void BeginRow(int columns)
    {
        Reserve(sizeof(short));
        _rowStart = _end;
        BinaryPrimitives.WriteInt16BigEndian(_bytes.AsSpan(_end), (short)columns);
        _end += sizeof(short);
    }

    public void AppendNull()
    {
        Reserve(LengthBytes);
        BinaryPrimitives.WriteInt32BigEndian(_bytes.AsSpan(_end), -1);
        _end += LengthBytes;
    }

    /// <returns>None, or what is wrong with the field; the row must be taken back then.</returns>
    public RejectCode AppendField(FieldCodec codec, ReadOnlySpan<byte> field)
    {
        Reserve(LengthBytes + codec.MaxEncodedLength(field.Length));
        var refused = codec.Encode(field, _bytes.AsSpan(_end + LengthBytes), out var written);
        BinaryPrimitives.WriteInt32BigEndian(_bytes.AsSpan(_end), written);
        _end += LengthBytes + written;
        return refused;
    }

    public void TakeBackRow() => _end = _rowStart;

    public void AppendTrailer()
    {
        Reserve(sizeof(short));
        BinaryPrimitives.WriteInt16BigEndian(_bytes.AsSpan(_end), -1);
        _end += sizeof(short);
    }

    public void Clear() => _end = 0;

    private void Reserve(int bytes)
    {
        if (_bytes.Length - _end < bytes)
        {
            Array.Resize(ref _bytes, Math.Max(_bytes.Length * 2, _end + bytes));
        }
    }
}
