using System.Text;
using CsvHelper;
using EtlWorker.Domain.Pipelines;
using EtlWorker.Domain.Runs;

namespace EtlWorker.Load;

/// <summary>The records of one CSV file as spans of UTF-8 bytes. Blank lines are no records, unless there is one column.</summary>
internal sealed class CsvRecords : IAsyncDisposable
{
    // Far more than PostgreSQL's 1,600 columns: a megabyte of commas is no header, and not worth a name for each.
    private const int MostNames = 10_000;
    private static readonly char[] LineEnds = ['\r', '\n'];

    private readonly CarriageReturns _returns;
    private readonly CsvReader _csv;
    private byte[] _record = [];
    private byte[] _field = [];
    private readonly FeedDefinition _feed;
    private readonly string _file;
    private CsvMalformedReason? _malformed;
    private readonly SkippedLines? _skipped;
    private bool _loadsEmptyRows;
    private bool _skipsBlankLines;

    /// <param name="content">The file's bytes; read to the end, not disposed.</param>
    /// <param name="feed">How the file is written.</param>
    /// <param name="file">The object's key, for messages.</param>
    public CsvRecords(Stream content, FeedDefinition feed, string file)
    {
        (_feed, _file) = (feed, file);
        (_skipsBlankLines, _loadsEmptyRows) = (feed.Header, feed.EmptyRows == EmptyRows.Load);
        // What stands before the header is no CSV, and its quotes are none.
        _returns = new CarriageReturns(content, feed is { SkipLines: 0, Comment: null } ? (byte)feed.Quote : null);
        _skipped = feed is { SkipLines: 0, SkipLastLines: 0 }
            ? null
            : new SkippedLines(_returns, feed, file);
        _csv = CsvReader.Create(
            (Stream?)_skipped ?? _returns, OptionsFor(feed) with { OnMalformedRecord = record => _malformed = record.Reason },
            leaveOpen: true);
    }

    /// <summary>Whether a quote of the current record is out of place or never closed.</summary>
    public bool IsMalformed => _malformed is not null;

    /// <summary>Fields of the current record; one less where its last delimiter has nothing behind it, as the feed says.</summary>
    public int FieldCount => _csv.FieldCount - (EndsInDelimiter ? 1 : 0);

    /// <summary>Whether the record ends as the feed says that each does: with a delimiter, or with its last field.</summary>
    public bool EndsAsSaid => !_feed.TrailingDelimiter || EndsInDelimiter;

    /// <summary>Where the current record begins in the file, from 1.</summary>
    public long LineNumber => _csv.LineNumber + (_skipped?.SkippedFirst ?? 0);

    /// <summary>Rows that the current record counts for: a quote out of place may have joined some, and each line of them counts.</summary>
    public int RowCount => IsMalformed ? LineCount : 1;

    /// <summary>The lines that were left out at the end of the file, once it is read to its end.</summary>
    public IReadOnlyList<string> LastLines => _skipped is null ? []
        : [.. Encoding.UTF8.GetString(_skipped.Last).Split(LineEnds, StringSplitOptions.RemoveEmptyEntries)];

    private bool EndsInDelimiter => _feed.TrailingDelimiter && _csv.FieldCount > 1
        && (_feed.Trim ? _csv.GetRawSpan(_csv.FieldCount - 1).TrimStart((byte)' ') : _csv.GetRawSpan(_csv.FieldCount - 1)).IsEmpty;

    private int LineCount
    {
        get
        {
            var lines = 1;
            var rest = _csv.RawRecord.TrimEnd("\r\n"u8);
            for (var end = rest.IndexOfAny((byte)'\r', (byte)'\n'); end >= 0; end = rest.IndexOfAny((byte)'\r', (byte)'\n'))
            {
                rest = rest[(rest[end..].StartsWith("\r\n"u8) ? end + 2 : end + 1)..];
                lines++;
            }

            return lines;
        }
    }

    /// <summary>Rows of nothing but delimiters that were passed over as blank lines.</summary>
    public long SkippedRows { get; private set; }

    public ReadOnlySpan<byte> RawRecord => _returns.HasSubstituted ? CarriageReturns.Restore(_csv.RawRecord, ref _record) : _csv.RawRecord;

    /// <summary>The field without its quotes.</summary>
    public ReadOnlySpan<byte> this[int field] =>
        _returns.HasSubstituted ? CarriageReturns.Restore(_csv.GetSpan(field), ref _field) : _csv.GetSpan(field);

    /// <summary>An unquoted empty field and a quoted one differ only in their raw bytes.</summary>
    public bool IsQuoted(int field)
    {
        var raw = _csv.GetRawSpan(field);
        raw = _feed.Trim ? raw.TrimStart((byte)' ') : raw;
        return !raw.IsEmpty && raw[0] == _feed.Quote;
    }

    /// <exception cref="RunFailedException">A record is longer than the feed allows, or its quote is never closed:
    /// the rest of the file is lost.</exception>
    public ValueTask<bool> ReadAsync(CancellationToken cancellationToken)
    {
        // Nearly always the next record is in the buffer already; a state machine a row would be a tenth of the load.
        try
        {
            _malformed = null;
            var reading = _csv.ReadAsync(cancellationToken);
            if (!reading.IsCompletedSuccessfully)
            {
                return ReadOnAsync(reading, cancellationToken);
            }

            var isThere = reading.Result;
            return isThere && (_malformed is not null || IsBlank())
                ? ReadOnAsync(new ValueTask<bool>(true), cancellationToken)
                : new ValueTask<bool>(isThere);
        }
        catch (CsvFormatException fault)
        {
            throw TooLong(fault);
        }
    }

    private async ValueTask<bool> ReadOnAsync(ValueTask<bool> reading, CancellationToken cancellationToken)
    {
        try
        {
            while (await reading)
            {
                if (_malformed == CsvMalformedReason.UnterminatedQuote && LineCount > 1)
                {
                    throw Swallowed();
                }

                if (IsMalformed || !IsBlank())
                {
                    return true;
                }

                SkippedRows += _csv.FieldCount > 1 ? 1 : 0;
                _malformed = null;
                reading = _csv.ReadAsync(cancellationToken);
            }

            return false;
        }
        catch (CsvFormatException fault)
        {
            throw TooLong(fault);
        }
    }

    /// <summary>Whether the record is nothing, or nothing but delimiters: as many of them as make its fields.</summary>
    private bool IsBlank() => _skipsBlankLines && (_csv.FieldCount == 1 || !_loadsEmptyRows)
        && (_csv.RawRecord.Length == _csv.FieldCount - 1
            || (_feed.Trim && !_csv.RawRecord.ContainsAnyExcept([(byte)_feed.Delimiter, (byte)' ', (byte)'\r', (byte)'\n'])));

    private RunFailedException TooLong(CsvFormatException fault) => new(
        $"{_file}, line {fault.LineNumber + (_skipped?.SkippedFirst ?? 0)}: the record that begins here is longer than "
            + $"{_feed.MaxRecordBytes:N0} bytes, "
            + "or its quote is never closed",
        "Correct the quote, or raise \"maxRecordBytes\" of the feed, and drop the file again.", fault);

    /// <summary>Reads the first record as the header's names; none where the file is empty and the feed allows that.</summary>
    /// <exception cref="RunFailedException">There is not even a header, or its quotes swallow rows.</exception>
    public async Task<IReadOnlyList<string>> ReadHeaderAsync(CancellationToken cancellationToken)
    {
        if (!await ReadAsync(cancellationToken))
        {
            return _feed.MinRows == 0 ? [] : throw new RunFailedException(
                $"{_file} is empty: not even a header",
                "Export the file again and drop it; an empty file never wipes good data. Where no rows are right: \"minRows\": 0.");
        }

        if (IsMalformed)
        {
            throw new RunFailedException(
                $"{_file}, line {LineNumber}: a quote of the header is never closed, or stands inside or after a name",
                "Correct the header and drop the file again.");
        }

        if (FieldCount > MostNames)
        {
            throw new RunFailedException(
                $"{_file}, line {LineNumber}: {FieldCount:N0} names are no header",
                "Export the file again with a header, or set the feed's delimiter right, and drop it.");
        }

        ExpectFields(FieldCount);
        return [.. Enumerable.Range(0, FieldCount).Select(field => Encoding.UTF8.GetString(this[field]))];
    }

    /// <summary>In a file of one column a blank line is a row: an empty field, with its delimiter where each row ends with one.</summary>
    public void ExpectFields(int count) => (_skipsBlankLines, _loadsEmptyRows) =
        (count > 1 || _feed.TrailingDelimiter, _loadsEmptyRows || (count == 1 && _feed.TrailingDelimiter));

    private RunFailedException Swallowed() => new(
        $"{_file}, line {LineNumber}: a quote of the record that begins here is never closed; "
            + $"it swallows the {LineCount - 1:N0} lines to the end of the file",
        "Correct the quote and drop the file again; "
            + "where no field has a line break, \"quotedNewlines\": false keeps such a quote to its own row.");

    public async ValueTask DisposeAsync()
    {
        await _csv.DisposeAsync();
        await (_skipped?.DisposeAsync() ?? ValueTask.CompletedTask);
        await _returns.DisposeAsync();
    }

    private static CsvReaderOptions OptionsFor(FeedDefinition feed) => CsvReaderOptions.Default with
    {
        Separator = feed.Delimiter,
        Quote = feed.Quote,
        Escape = feed.Quote,
        HasHeader = false,
        DetectSeparatorHint = false,
        SkipEmptyLines = false,
        TrackLineNumbers = true,
        TrimWhitespace = feed.Trim,
        WhitespaceCharacters = feed.Trim ? " " : CsvReaderOptions.Default.WhitespaceCharacters,
        CommentPrefix = feed.Comment,
        MaxRecordSize = feed.MaxRecordBytes,
        AllowLineBreaksInQuotes = feed.QuotedNewlines,
        // The default would put row contents into messages.
        IncludeValuesInExceptions = false,
        MalformedData = CsvMalformedDataHandling.Recover,
        FieldCountMismatch = CsvFieldCountHandling.Allow,
    };
}
