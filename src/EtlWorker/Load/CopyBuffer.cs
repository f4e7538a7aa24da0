using EtlWorker.Domain.Rows;

namespace EtlWorker.Load;

/// <summary>Rows for COPY under construction, in chunks. A row that is refused half-way is taken back whole.</summary>
internal abstract class CopyBuffer
{
    /// <summary>Smaller chunks cost server time; larger ones only memory.</summary>
    public const int ChunkBytes = 64 << 10;

    private int _rowStart;

    /// <summary>COPY's name of the format.</summary>
    public abstract string Format { get; }

    public bool IsChunk => End >= ChunkBytes;

    public ReadOnlyMemory<byte> Written => Bytes.AsMemory(0, End);

    protected byte[] Bytes { get; private set; } = new byte[2 * ChunkBytes];

    protected int End { get; set; }

    /// <summary>Begins a row of so many fields.</summary>
    public virtual void BeginRow(int fields) => _rowStart = End;

    public abstract void AppendNull();

    /// <returns>None, or what is wrong with the field; the row must be taken back then.</returns>
    public abstract RejectCode AppendField(FieldCodec codec, ReadOnlySpan<byte> field);

    public abstract void AppendLineNumber(long line);

    public virtual void EndRow()
    {
    }

    public void TakeBackRow() => End = _rowStart;

    public virtual void AppendTrailer()
    {
    }

    public void Clear() => End = 0;

    protected void Reserve(int bytes)
    {
        if (Bytes.Length - End < bytes)
        {
            var larger = new byte[Math.Max(Bytes.Length * 2, End + bytes)];
            Bytes.AsSpan(0, End).CopyTo(larger);
            Bytes = larger;
        }
    }
}
