using EtlWorker.Domain.Pipelines;
using EtlWorker.Domain.Rows;
using EtlWorker.Domain.Text;

namespace EtlWorker.Load.Hints;

/// <summary>
/// Gathers what a file's refused rows have in common, within bounds, and says which option of the feed may take them. It is only asked
/// about refused rows, and only makes words when too many were refused. A hint has the form of values, never one of them.
/// </summary>
/// <param name="feed">How the feed says that the file is written.</param>
internal sealed class RejectHints(FeedDefinition feed)
{
    private const long MostRows = 10_000;
    private const int MostColumns = 200;
    private const int MostHints = 4;
    private const int LongestFooter = 5;

    /// <summary>What changes the meaning of the other rows as well is not proposed for a few.</summary>
    private const double LeastShare = 0.25;

    /// <summary>Above this share no other row can have the old form.</summary>
    private const double NearlyAll = 0.9;

    private readonly Dictionary<string, ColumnEvidence> _columns = [];
    private readonly List<long> _ordinals = [];
    private readonly HashSet<byte> _firstBytes = [];
    private long _rows;
    private long _counted;
    private long _trailing;
    private long _encoding;

    /// <summary>Whether a further row would be looked at.</summary>
    public bool IsOpen => _rows < MostRows;

    /// <summary>A refused row.</summary>
    /// <param name="ordinal">Its number among the file's rows, from 1.</param>
    public void BeginRow(long ordinal)
    {
        _rows++;
        if (_ordinals.Count <= LongestFooter)
        {
            _ordinals.Add(ordinal);
        }
    }

    /// <summary>A row with another number of fields than the header.</summary>
    /// <param name="hasEmptyFieldMore">Whether an empty field behind the last is all that it has more.</param>
    /// <param name="firstByte">With which it begins.</param>
    public void AddCount(bool hasEmptyFieldMore, byte firstByte)
    {
        _counted++;
        _trailing += hasEmptyFieldMore ? 1 : 0;
        _firstBytes.Add(firstByte);
    }

    /// <summary>A value of a refused row that its column does not take.</summary>
    public void Add(TargetColumn column, RejectCode code, ReadOnlySpan<byte> value)
    {
        _encoding += code == RejectCode.Encoding ? 1 : 0;
        if (_columns.TryGetValue(column.Name, out var known) || _columns.Count < MostColumns)
        {
            known ??= _columns[column.Name] = new ColumnEvidence(column, feed.FormatOf(column.Name));
            known.Add(code, value);
        }
    }

    /// <summary>What may help, one sentence each.</summary>
    /// <param name="read">Rows read so far, the refused ones included.</param>
    /// <param name="isWhole">Whether the file was read to its end.</param>
    public IReadOnlyList<string> Sentences(long read, bool isWhole)
    {
        if (_rows == 0)
        {
            return [];
        }

        var sentences = new List<string>();
        sentences.AddRange(OfRows(read, isWhole));
        var byHint = _columns.Values
            .SelectMany(column => OfColumn(column, read).Select(hint => (Hint: hint, column.Name)))
            .GroupBy(found => found.Hint, found => found.Name);
        foreach (var columns in byHint.Take(MostHints))
        {
            var names = string.Join(", ", columns.Take(5).Select(Escaped.Line)) + (columns.Count() > 5 ? ", ..." : "");
            sentences.Add($"Column {names}: the refused values seem to {columns.Key.What}; {columns.Key.Options} of the feed, "
                + "or of the column, takes them.");
        }

        return sentences;
    }

    private IEnumerable<string> OfRows(long read, bool isWhole)
    {
        if (_counted > 0 && _trailing >= _counted * NearlyAll && !feed.TrailingDelimiter && _counted >= read * LeastShare)
        {
            yield return "The refused rows end with a delimiter behind their last field: \"trailingDelimiter\": true takes them.";
        }
        else if (_counted == _rows && _firstBytes.Count == 1 && _firstBytes.Single() is (byte)'#' or (byte)'%' && feed.Comment is null)
        {
            yield return $"The refused rows begin with {(char)_firstBytes.Single()}: if they are comments, "
                + $"\"comment\": \"{(char)_firstBytes.Single()}\" leaves them out.";
        }
        else if (isWhole && _rows <= LongestFooter && read > _rows * 2 && _ordinals.Min() == read - _rows + 1)
        {
            var rows = $"{Counted.Of(_rows, "row")} of the file {(_rows == 1 ? "is" : "are")}";
            yield return $"Only the last {rows} refused: if that is a footer, "
                + $"\"skipLastLines\": {feed.SkipLastLines + _rows} leaves it out.";
        }

        if (_encoding >= _rows * NearlyAll)
        {
            yield return feed.Encoding == FileEncoding.Utf8
                ? "The text is not UTF-8: set \"encoding\" to the sender's, often \"windows-1252\"."
                : $"The text is not {feed.Encoding.Title}: set \"encoding\" to the sender's.";
        }
    }

    private IEnumerable<Hint> OfColumn(ColumnEvidence column, long read)
    {
        var rejected = Math.Max(1, _rows);
        if (column.Count < rejected * 0.5 && column.Count < read * LeastShare)
        {
            yield break;
        }

        if (WordHints.OfNulls(column) is { } nulls)
        {
            yield return nulls;
            yield break;
        }

        if (!feed.Trim && column.Fits(value => value.Trim().Length < value.Length))
        {
            yield return new Hint("have spaces around them", "\"trim\": true");
            if (column.Fits(value => column.Takes(value.Trim())))
            {
                yield break;
            }
        }

        foreach (var hint in column.Count < read * LeastShare ? [] : OfForm(column, isMixed: column.Count < read * NearlyAll))
        {
            yield return hint;
        }
    }

    private static IReadOnlyList<Hint> OfForm(ColumnEvidence column, bool isMixed) => column switch
    {
        _ when IsMostly(column, RejectCode.Date) => ListOf(DateHints.OfDates(column, isMixed)),
        _ when IsMostly(column, RejectCode.Timestamp) && column.Column.Type.StartsWith("timestamp", StringComparison.Ordinal) =>
            ListOf(DateHints.OfTimestamps(column, isMixed)),
        _ when IsMostly(column, RejectCode.Timestamp) => ListOf(DateHints.OfTimes(column, isMixed)),
        _ when IsMostly(column, RejectCode.Boolean) => ListOf(WordHints.OfBooleans(column)),
        _ when IsMostly(column, RejectCode.Numeric) || IsMostly(column, RejectCode.Integer) => Either(NumberHints.Of(column)),
        _ => [],
    };

    /// <summary>Of several forms between which no value decides one hint is made that says so.</summary>
    private static IReadOnlyList<Hint> Either(IReadOnlyList<Hint> hints) => hints.Count < 2 ? hints :
    [
        new Hint(
            $"{string.Join(", or ", hints.Select(hint => hint.What))}, and none that was looked at decides which",
            string.Join(", or ", hints.Select(hint => hint.Options))),
    ];

    private static bool IsMostly(ColumnEvidence column, RejectCode code) => column.CountOf(code) >= column.Count * NearlyAll;

    private static IReadOnlyList<Hint> ListOf(Hint? hint) => hint is null ? [] : [hint];
}
