using System.Globalization;
using System.Text;
using EtlWorker.Domain.Pipelines;
using EtlWorker.Domain.Rows;

namespace EtlWorker.Export;

/// <summary>
/// The lines of a file of rejects, in the feed's own manner: the row as it stood in its file, then what is wrong with it.
/// </summary>
/// <param name="feed">How the feed's files are written.</param>
/// <param name="header">The file's own header.</param>
/// <param name="fieldCount">Fields of a good row.</param>
internal sealed class RejectLine(FeedDefinition feed, string header, int fieldCount)
{
    // The last character that did not fit has up to four bytes.
    private const int MayBeCut = Reject.MostRawText - 3;

    /// <summary>The first lines, of which the feed leaves as many out as it says.</summary>
    public string Header() => Skipped(feed.SkipLines) + Joined([WithoutLastDelimiter(header), .. RejectColumns.Names]);

    /// <summary>The last lines, which the feed leaves out; the last of all is the trailer where it has one.</summary>
    /// <param name="rows">How many rows the file has.</param>
    public string Footer(long rows) => feed.Trailer is not { } trailer
        ? Skipped(feed.SkipLastLines)
        : $"{Skipped(feed.SkipLastLines - 1)}{TrailerPattern.LineOf(trailer, rows)}\r\n";

    /// <summary>
    /// A row whose fields cannot be distinguished, or that was cut, stands whole in the first column, and the others are empty.
    /// </summary>
    public string Of(long line, string? column, string code, string reason, string rawText)
    {
        var isApart = code != RejectCode.ColumnCount.Name() && code != RejectCode.Quote.Name()
            && Encoding.UTF8.GetByteCount(rawText) < MayBeCut;
        var row = isApart ? WithoutLastDelimiter(rawText) : Quoted(rawText) + new string(feed.Delimiter, fieldCount - 1);
        return Joined([row, line.ToString(CultureInfo.InvariantCulture), Quoted(column ?? ""), code, Quoted(reason)]);
    }

    private static string Skipped(int lines) => string.Concat(Enumerable.Repeat("(left out)\r\n", lines));

    private string WithoutLastDelimiter(string row) =>
        feed.TrailingDelimiter && row.TrimEnd(' ').EndsWith(feed.Delimiter) ? row.TrimEnd(' ')[..^1] : row;

    private string Joined(IEnumerable<string> fields) =>
        string.Join(feed.Delimiter, fields) + (feed.TrailingDelimiter ? feed.Delimiter : "") + "\r\n";

    private string Quoted(string text) =>
        $"{feed.Quote}{text.Replace(feed.Quote.ToString(), new string(feed.Quote, 2), StringComparison.Ordinal)}{feed.Quote}";
}
