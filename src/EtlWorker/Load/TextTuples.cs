using System.Buffers.Text;
using EtlWorker.Domain.Rows;

namespace EtlWorker.Load;

/// <summary>
/// Rows in COPY's text format, for a table with a type that has no binary encoder: its fields go to the server as they
/// are, the others are checked as in the binary format.
/// </summary>
/// <remarks>Format: https://www.postgresql.org/docs/current/sql-copy.html, "Text Format".</remarks>
internal sealed class TextTuples : CopyBuffer
{
    private const int LongestNumber = 20;
    private byte[] _checked = [];
    private bool _isFirst;

    public override string Format => "text";

    private static ReadOnlySpan<byte> Null => "\\N"u8;

    public override void BeginRow(int fields)
    {
        base.BeginRow(fields);
        _isFirst = true;
    }

    public override void AppendNull()
    {
        Separate(Null.Length);
        Null.CopyTo(Bytes.AsSpan(End));
        End += Null.Length;
    }

    public override RejectCode AppendField(FieldCodec codec, ReadOnlySpan<byte> field)
    {
        if (codec.MaxEncodedLength(field.Length) is var needed && _checked.Length < needed)
        {
            _checked = new byte[2 * needed];
        }

        if (codec.Encode(field, _checked, out _) is not RejectCode.None and var refused)
        {
            return refused;
        }

        Separate(2 * field.Length);
        foreach (var character in field)
        {
            if (Escaped(character) is { } escaped)
            {
                Bytes[End++] = (byte)'\\';
                Bytes[End++] = escaped;
            }
            else
            {
                Bytes[End++] = character;
            }
        }

        return RejectCode.None;
    }

    public override void AppendLineNumber(long line)
    {
        Separate(LongestNumber);
        Utf8Formatter.TryFormat(line, Bytes.AsSpan(End), out var written);
        End += written;
    }

    public override void EndRow()
    {
        Reserve(1);
        Bytes[End++] = (byte)'\n';
    }

    private static byte? Escaped(byte character) => character switch
    {
        (byte)'\\' => (byte)'\\',
        (byte)'\t' => (byte)'t',
        (byte)'\n' => (byte)'n',
        (byte)'\r' => (byte)'r',
        _ => null,
    };

    private void Separate(int bytes)
    {
        Reserve(1 + bytes);
        if (!_isFirst)
        {
            Bytes[End++] = (byte)'\t';
        }

        _isFirst = false;
    }
}
