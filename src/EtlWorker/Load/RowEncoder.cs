using System.Text;
using System.Text.Unicode;
using EtlWorker.Domain.Pipelines;
using EtlWorker.Domain.Rows;
using EtlWorker.Domain.Text;
using EtlWorker.Load.Hints;

namespace EtlWorker.Load;

/// <summary>Turns the current record into a row for COPY, or says why not.</summary>
/// <param name="records">At the record.</param>
/// <param name="text">What they are read from.</param>
/// <param name="table">Whose rows they become.</param>
/// <param name="buffer">Takes the row.</param>
/// <param name="header">Which field fills which column.</param>
/// <param name="feed">How the file is written.</param>
/// <param name="origin">What stands before the row's own columns.</param>
internal sealed class RowEncoder(
    CsvRecords records, Utf8Content text, TargetTable table, CopyBuffer buffer, HeaderMap header, FeedDefinition feed, RowOrigin origin)
{
    private readonly TextCodec _plainText = new(null, table.Characters);

    // Arrays, because these are read once a field.
    private readonly byte[][][] _nulls = [.. header.Columns.Select(column => NullsOf(feed.FormatOf(column.Name)))];
    private readonly int[] _longestNull =
        [.. header.Columns.Select(column => NullsOf(feed.FormatOf(column.Name)).Select(word => word.Length).DefaultIfEmpty(-1).Max())];

    private readonly TargetColumn[] _columns = [.. header.Columns];
    private readonly FieldForm[][] _forms =
        [.. header.Columns.Select(column => ColumnForms.Of(feed, table.Name, column).ToArray())];

    private readonly FieldCodec[] _codecs = [.. header.Columns.Select(column => column.Codec ?? new TextCodec(null, table.Characters))];
    private readonly int[] _fields = [.. header.Fields];
    private byte[] _text = [], _former = [];
    private byte[] _witness = [];

    /// <summary>Appends the row; a refused one leaves the buffer as it was.</summary>
    /// <param name="column">The index of the column that was refused, or -1 for the row as a whole.</param>
    /// <returns>None when the row is good.</returns>
    public RejectCode Encode(out int column)
    {
        column = -1;
        if (records.IsMalformed)
        {
            return RejectCode.Quote;
        }

        if (records.FieldCount != header.FieldCount || !records.EndsAsSaid)
        {
            return RejectCode.ColumnCount;
        }

        BeginRow();
        for (column = 0; column < _columns.Length; column++)
        {
            var refused = EncodeField(column);
            if (refused != RejectCode.None)
            {
                buffer.TakeBackRow();
                return refused;
            }
        }

        buffer.EndRow();
        return RejectCode.None;
    }

    /// <summary>Names line, column and reason of the current record, which was refused.</summary>
    /// <param name="code">Why.</param>
    /// <param name="column">As <see cref="Encode"/> gave it.</param>
    public Reject Describe(RejectCode code, int column)
    {
        var at = column < 0 ? null : _columns[column];
        var reason = code switch
        {
            RejectCode.ColumnCount when !records.EndsAsSaid => "the row does not end with a delimiter, as \"trailingDelimiter\" says",
            RejectCode.ColumnCount => $"the row has {Counted.Of(records.FieldCount, "field")}, "
                + (feed.Header ? $"the header has {header.FieldCount}"
                    : feed.Columns.InOrder is null ? $"the table has {Counted.Of(header.FieldCount, "column")}"
                    : $"\"columns\" lists {header.FieldCount}"),
            RejectCode.NotNull => "empty, and the table does not take NULL",
            RejectCode.Quote when records.RowCount > 1 =>
                $"a quote is never closed, or stands inside or after a field; it joins {records.RowCount} lines",
            RejectCode.Quote => "a quote is never closed, or stands inside or after a field",
            RejectCode.Encoding when Utf8.IsValid(records[_fields[column]]) =>
                $"a character that the database's encoding ({table.Characters.Name}) does not have",
            RejectCode.Encoding => $"not valid {text.Encoding.Title}",
            RejectCode.NulByte => "holds a NUL byte",
            _ => $"not {(_forms[column] is [.., var form] ? form.Expects : _codecs[column].Expects)}",
        };
        return new Reject(records.LineNumber, at?.Name, code, reason, RawText(records.RawRecord, Reject.MostRawText));
    }

    /// <summary>Shows the values of the current record, which was refused, that their columns do not take.</summary>
    /// <param name="hints">Looks for what they have in common.</param>
    /// <param name="code">Why it was refused.</param>
    /// <param name="column">As <see cref="Encode"/> gave it: those before it are good.</param>
    public void Witness(RejectHints hints, RejectCode code, int column)
    {
        if (code == RejectCode.ColumnCount)
        {
            var isOneMore = records.FieldCount == header.FieldCount + 1 && records[header.FieldCount].IsEmpty;
            hints.AddCount(isOneMore, records.RawRecord.IsEmpty ? default : records.RawRecord[0]);
        }

        for (; column >= 0 && column < _columns.Length; column++)
        {
            var text = records[_fields[column]];
            if (IsNull(text, _fields[column], column))
            {
                continue;
            }

            var value = text;
            var refused = Rewrite(column, ref value);
            if (refused == RejectCode.None)
            {
                var most = _codecs[column].MaxEncodedLength(value.Length);
                _witness = _witness.Length < most ? new byte[most] : _witness;
                refused = _codecs[column].Encode(value, _witness, out _);
            }

            if (refused != RejectCode.None)
            {
                hints.Add(_columns[column], refused, text);
            }
        }
    }

    /// <summary>A record as text that PostgreSQL takes: cut, with a replacement character for a NUL or what is no UTF-8.</summary>
    public static string RawText(ReadOnlySpan<byte> record, int mostBytes)
    {
        // The replacement is longer than what it replaces, so the text is cut again.
        var text = Encoding.UTF8.GetString(record[..Math.Min(record.Length, mostBytes)]).Replace('\0', '\uFFFD');
        var kept = new byte[Math.Min(mostBytes, Encoding.UTF8.GetMaxByteCount(text.Length))];
        Utf8.FromUtf16(text, kept, out var characters, out _);
        return text[..characters];
    }

    private void BeginRow()
    {
        switch (origin)
        {
            case RowOrigin.None:
                buffer.BeginRow(_columns.Length);
                break;
            case RowOrigin.Line:
                buffer.BeginRow(_columns.Length + 1);
                buffer.AppendLineNumber(records.LineNumber);
                break;
            default:
                buffer.BeginRow(_columns.Length + 2);
                buffer.AppendLineNumber(records.LineNumber);
                var rawText = table.Characters.Fit(RawText(records.RawRecord, Reject.MostRawText));
                buffer.AppendField(_plainText, Encoding.UTF8.GetBytes(rawText));
                break;
        }
    }

    private RejectCode EncodeField(int column)
    {
        var field = _fields[column];
        var text = records[field];
        if (!IsNull(text, field, column))
        {
            return _forms[column].Length == 0
                ? buffer.AppendField(_codecs[column], text)
                : AppendRewritten(column, text);
        }

        if (_columns[column].NotNull)
        {
            return RejectCode.NotNull;
        }

        buffer.AppendNull();
        return RejectCode.None;
    }

    private RejectCode AppendRewritten(int column, ReadOnlySpan<byte> text)
    {
        var refused = Rewrite(column, ref text);
        return refused == RejectCode.None ? buffer.AppendField(_codecs[column], text) : refused;
    }

    private RejectCode Rewrite(int column, ref ReadOnlySpan<byte> text)
    {
        foreach (var form in _forms[column])
        {
            if (form.Rewrite(text, ref _text, out var written) is not RejectCode.None and var refused)
            {
                return refused;
            }

            // The next form reads what this one wrote, and writes elsewhere.
            (_text, _former) = (_former, _text);
            text = _former.AsSpan(0, written);
        }

        return RejectCode.None;
    }

    private static byte[][] NullsOf(ValueFormat format) => format.Nulls is { } words ? [.. words.Select(Encoding.UTF8.GetBytes)] : [[]];

    /// <summary>A quoted field is what it says, but an empty one where the type has no empty value.</summary>
    private bool IsNull(ReadOnlySpan<byte> text, int field, int column)
    {
        if (text.Length > _longestNull[column])
        {
            return false;
        }

        foreach (var word in _nulls[column])
        {
            if (text.SequenceEqual(word))
            {
                return (text.IsEmpty && !_columns[column].IsText) || !records.IsQuoted(field);
            }
        }

        return false;
    }
}
