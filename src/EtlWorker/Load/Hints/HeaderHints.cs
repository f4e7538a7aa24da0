using System.Text;
using EtlWorker.Domain.Pipelines;
using EtlWorker.Domain.Runs;

namespace EtlWorker.Load.Hints;

/// <summary>
/// What may be the matter with a header that does not fit its table: another delimiter, another encoding, lines before it.
/// </summary>
internal static class HeaderHints
{
    private const int MostLines = 50;
    private const char Replacement = '\uFFFD';
    private static readonly char[] Delimiters = [';', ',', '\t', '|', ':', '^', '~', '\u0001', '\u001F'];

    /// <param name="feed">How the feed says that the file is written.</param>
    /// <param name="table">Its table.</param>
    /// <param name="names">The first record's fields.</param>
    /// <returns>Null where nothing is known. No name of the header is in it.</returns>
    public static string? Of(FeedDefinition feed, TargetTable table, IReadOnlyList<string> names) =>
        OfEncoding(feed, names) ?? OfDelimiter(feed, table, names);

    /// <summary>Looks whether a line further down is the header.</summary>
    /// <param name="feed">How the feed says that the file is written.</param>
    /// <param name="table">Its table.</param>
    /// <param name="records">Behind the first record.</param>
    /// <param name="cancellationToken">Ends the reading.</param>
    public static async Task<string?> FurtherDownAsync(
        FeedDefinition feed, TargetTable table, CsvRecords records, CancellationToken cancellationToken)
    {
        try
        {
            while (await records.ReadAsync(cancellationToken) && records.LineNumber <= MostLines)
            {
                var line = Encoding.UTF8.GetString(records.RawRecord);
                var own = Enumerable.Range(0, records.FieldCount).Select(field => Encoding.UTF8.GetString(records[field])).ToList();
                var delimiter = IsHeader(feed, table, own)
                    ? feed.Delimiter
                    : Delimiters.FirstOrDefault(other => other != feed.Delimiter && IsHeader(feed, table, Split(feed, line, other)));
                if (delimiter != default)
                {
                    var found = $"Line {records.LineNumber} has the names of the table's columns: \"skipLines\": {records.LineNumber - 1}";
                    return delimiter == feed.Delimiter
                        ? $"{found} makes it the header."
                        : $"{found} and \"delimiter\": \"{Shown(delimiter)}\" make it the header.";
                }
            }
        }
        catch (RunFailedException)
        {
            // A record that cannot be read is no header; the first fault says more.
        }

        return null;
    }

    private static string? OfEncoding(FeedDefinition feed, IReadOnlyList<string> names)
    {
        if (names.Any(name => name.Contains('\0', StringComparison.Ordinal)))
        {
            return "The header has a NUL after each letter, as UTF-16 has without a byte order mark: set \"encoding\" to \"utf-16\" "
                + "or \"utf-16be\".";
        }

        if (names.Any(name => name.Contains(Replacement, StringComparison.Ordinal)))
        {
            return $"The header has bytes that are not {feed.Encoding.Title}: set \"encoding\" to the sender's"
                + (feed.Encoding == FileEncoding.Utf8 ? ", often \"windows-1252\"." : ".");
        }

        // The lead byte of two, and a byte that follows it, each read as a character: U+00C3 U+00BC for a u with two dots.
        if (names.Any(IsReadBytewise))
        {
            return feed.Encoding == FileEncoding.Utf8
                ? "The header was UTF-8 and has been converted to UTF-8 once more: have the sender export it without that."
                : "The header is UTF-8, read as another encoding: set \"encoding\" to \"utf-8\".";
        }

        return null;
    }

    private static bool IsReadBytewise(string name) =>
        name.Zip(name.Skip(1)).Any(pair => pair.First is '\u00C2' or '\u00C3' or '\u00C4' or '\u00C5'
            && pair.Second is (>= '\u0080' and <= '\u00BF') or '\u0153' or '\u0152' or '\u0178' or '\u201E' or '\u2022' or '\u0160'
                or '\u0161' or '\u017D' or '\u017E' or '\u20AC' or '\u2013' or '\u2014' or '\u2122');

    private static string? OfDelimiter(FeedDefinition feed, TargetTable table, IReadOnlyList<string> names)
    {
        if (names.Count > 1 || table.Columns.Count < 2)
        {
            return null;
        }

        var delimiter = Delimiters.FirstOrDefault(other => other != feed.Delimiter && IsHeader(feed, table, Split(feed, names[0], other)));
        return delimiter == default
            ? null
            : $"The header is one field, and {Named(delimiter)} would divide it into the table's columns: "
                + $"\"delimiter\": \"{Shown(delimiter)}\".";
    }

    /// <summary>Whether at least two of the names, and half of them, are those of the table's columns.</summary>
    private static bool IsHeader(FeedDefinition feed, TargetTable table, List<string> names)
    {
        var expected = table.Columns.Select(column => feed.Columns.HeaderOf(column.Name)).ToHashSet(StringComparer.OrdinalIgnoreCase);
        var fitting = names.Count(name => expected.Contains(name.Trim()));
        return fitting >= Math.Min(2, expected.Count) && fitting * 2 >= Math.Min(names.Count, expected.Count) && names.Count > 1;
    }

    private static List<string> Split(FeedDefinition feed, string line, char delimiter) =>
        [.. line.TrimEnd('\r', '\n').Split(delimiter).Select(name => name.Trim().Trim(feed.Quote))];

    private static string Named(char delimiter) => delimiter switch
    {
        ';' => "semicolons",
        ',' => "commas",
        '\t' => "tabs",
        '|' => "bars",
        _ => "another delimiter",
    };

    /// <summary>As JSON has it.</summary>
    private static string Shown(char delimiter) => delimiter switch
    {
        '\t' => "\\t",
        < ' ' => $"\\u{(int)delimiter:x4}",
        _ => delimiter.ToString(),
    };
}
