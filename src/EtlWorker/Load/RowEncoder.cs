using System.Text;
using System.Text.Unicode;
using EtlWorker.Domain.Pipelines;
using EtlWorker.Domain.Rows;

namespace EtlWorker.Load;

/// <summary>Turns the current record into a binary tuple, or says why not.</summary>
internal sealed class RowEncoder(CsvRecords records, CopyBuffer buffer, HeaderMap header, FeedDefinition feed)
{
    private const int MostRawText = 4096;

    // Arrays, because these are read once a field.
    private readonly byte[][] _nulls = [.. feed.Nulls.Select(Encoding.UTF8.GetBytes)];
    private readonly TargetColumn[] _columns = [.. header.Columns];
    private readonly int[] _fields = [.. header.Fields];

    /// <summary>Appends the tuple; a refused row leaves the buffer as it was.</summary>
    /// <param name="column">The index of the column that was refused, or -1 for the row as a whole.</param>
    /// <returns>None when the row is good.</returns>
    public RejectCode Encode(out int column)
    {
        column = -1;
        if (records.IsMalformed)
        {
            return RejectCode.Quote;
        }

        if (records.FieldCount != header.FieldCount)
        {
            return RejectCode.ColumnCount;
        }

        buffer.BeginRow(_columns.Length);
        for (column = 0; column < _columns.Length; column++)
        {
            var refused = EncodeField(_columns[column], _fields[column]);
            if (refused != RejectCode.None)
            {
                buffer.TakeBackRow();
                return refused;
            }
        }

        return RejectCode.None;
    }

    /// <summary>Names line, column and reason of the current record, which was refused.</summary>
    /// <param name="code">Why.</param>
    /// <param name="column">As <see cref="Encode"/> gave it.</param>
    /// <param name="withRawText">Whether the raw text will be kept.</param>
    public Reject Describe(RejectCode code, int column, bool withRawText)
    {
        var at = column < 0 ? null : _columns[column];
        var reason = code switch
        {
            RejectCode.ColumnCount => $"the row has {records.FieldCount} fields, the header has {header.FieldCount}",
            RejectCode.NotNull => "empty, and the table does not take NULL",
            RejectCode.Quote => "a quote is never closed, or stands inside or after a field",
            RejectCode.Encoding => "not valid UTF-8",
            RejectCode.NulByte => "holds a NUL byte",
            _ => $"not {at!.Codec!.Expects}",
        };
        return new Reject(records.LineNumber, at?.Name, code, reason, withRawText ? RawText() : "");
    }

    private RejectCode EncodeField(TargetColumn column, int field)
    {
        var text = records[field];
        if (!IsNull(text, field))
        {
            return buffer.AppendField(column.Codec!, text);
        }

        if (column.NotNull)
        {
            return RejectCode.NotNull;
        }

        buffer.AppendNull();
        return RejectCode.None;
    }

    private bool IsNull(ReadOnlySpan<byte> text, int field)
    {
        foreach (var word in _nulls)
        {
            if (text.SequenceEqual(word))
            {
                return !records.IsQuoted(field);
            }
        }

        return false;
    }

    // PostgreSQL's text takes no NUL; the replacement shows that something stood there. It is longer than what it replaces,
    // so the text is cut again.
    private string RawText()
    {
        var text = Encoding.UTF8.GetString(records.RawRecord[..Math.Min(records.RawRecord.Length, MostRawText)]).Replace('\0', '\uFFFD');
        Span<byte> kept = stackalloc byte[MostRawText];
        Utf8.FromUtf16(text, kept, out var characters, out _);
        return text[..characters];
    }
}
