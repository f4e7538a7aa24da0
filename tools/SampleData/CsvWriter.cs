using System.Buffers;
using System.Buffers.Text;
using System.Text;

namespace EtlWorker.SampleData;

/// <summary>
/// Writes rows as UTF-8 through one pooled buffer. No value here holds a comma, a quote or a line end, so nothing is quoted.
/// </summary>
internal sealed class CsvWriter(Stream stream) : IDisposable
{
    private const int BufferSize = 64 * 1024;
    private const int LongestRow = 1024;

    private readonly byte[] _buffer = ArrayPool<byte>.Shared.Rent(BufferSize);
    private int _length;
    private bool _rowHasField;

    public void Header(ReadOnlySpan<byte> columns) => Field(columns);

    public void Field(int value)
    {
        Separate();
        Utf8Formatter.TryFormat(value, _buffer.AsSpan(_length), out var written);
        _length += written;
    }

    public void Field(ReadOnlySpan<byte> text)
    {
        Separate();
        text.CopyTo(_buffer.AsSpan(_length));
        _length += text.Length;
    }

    public void Field(string text)
    {
        Separate();
        _length += Encoding.UTF8.GetBytes(text, _buffer.AsSpan(_length));
    }

    public void EndRow()
    {
        _buffer[_length++] = (byte)'\n';
        _rowHasField = false;
        if (_length > BufferSize - LongestRow)
            Flush();
    }

    /// <summary>Hands the last rows to the stream. Without it they are lost, as they should be after an exception.</summary>
    public void Flush()
    {
        stream.Write(_buffer, 0, _length);
        _length = 0;
    }

    public void Dispose() => ArrayPool<byte>.Shared.Return(_buffer);

    private void Separate()
    {
        if (_rowHasField)
            _buffer[_length++] = (byte)',';
        _rowHasField = true;
    }
}
