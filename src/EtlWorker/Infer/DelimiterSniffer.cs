using EtlWorker.Domain.Pipelines;

namespace EtlWorker.Infer;

/// <summary>Finds out what stands between the fields of a file and around them.</summary>
internal static class DelimiterSniffer
{
    private const string Usual = ",;\t|\u001F\u0001\u001E^~";
    private const string Rare = ":";
    private const string Quotes = "'`~^|\u0002\u0003";
    private const double LeastConsistency = 0.4;

    /// <param name="head">The first part of the file.</param>
    /// <param name="census">All of its bytes.</param>
    /// <param name="feed">What is known already.</param>
    /// <param name="cancellationToken">Ends it.</param>
    /// <returns>The feed with delimiter, quote and trim; whether there is one column; why.</returns>
    public static async Task<(FeedDefinition Feed, bool IsOneColumn, List<(string What, string Why)> Reasons)> SniffAsync(
        Head head, ByteCensus census, FeedDefinition feed, CancellationToken cancellationToken)
    {
        var best = await BestAsync(head, feed, Usual, cancellationToken) ?? await BestAsync(head, feed, Rare, cancellationToken);
        if (best is { } found && await IsOneNumberAsync(head, feed, found.Delimiter, cancellationToken))
        {
            best = null;
        }

        var delimiter = best?.Delimiter ?? Unused(census, ",\t;|\u001F");
        var why = best is { } chosen
            ? $"it gives {chosen.Fields} fields in {chosen.Share:P0} of the first lines, more evenly than any other"
            : delimiter == ',' ? "the file has one column" : "the file has one column; its values have commas, and this character is "
                + "in none";
        var (quoted, quoteReasons) = await WithQuoteAsync(head, census, feed with { Delimiter = delimiter }, cancellationToken);
        return (quoted, best is null, [("delimiter", $"{NameOf(delimiter)}: {why}"), .. quoteReasons]);
    }

    /// <summary>A character for a person.</summary>
    public static string NameOf(char character) => character switch
    {
        '\t' => "tab",
        '\u001F' => "unit separator (U+001F)",
        '\u001E' => "record separator (U+001E)",
        < ' ' => $"U+{(int)character:X4}",
        _ => $"`{character}`",
    };

    /// <returns>One of the characters that the file does not have; the first where it has all.</returns>
    public static char Unused(ByteCensus census, string characters) =>
        characters.FirstOrDefault(character => census.CountOf((byte)character) == 0, characters[0]);

    /// <summary>A quote that no field has, where the usual one is a character like any other.</summary>
    public static FeedDefinition WithoutQuotes(FeedDefinition feed, ByteCensus census) => feed with
    {
        Quote = Unused(census, Quotes.Replace(feed.Delimiter.ToString(), "", StringComparison.Ordinal)),
    };

    private static async Task<(char Delimiter, int Fields, double Share)?> BestAsync(
        Head head, FeedDefinition feed, string candidates, CancellationToken cancellationToken)
    {
        var scored = new List<(char Delimiter, int Fields, double Share, double Score)>();
        foreach (var candidate in candidates)
        {
            var rows = await head.RowsAsync(feed with { Delimiter = candidate, Trim = true }, columns: 2, cancellationToken);
            // Where a quote is a character like any other, as that of inches, it says nothing of fields.
            rows = rows.Count(row => row.IsMalformed) * 3 > rows.Count
                ? await head.RowsAsync(feed with { Delimiter = candidate, Quote = '\u0002' }, columns: 2, cancellationToken)
                : rows;
            var usual = rows.Where(row => !row.IsMalformed).GroupBy(row => row.FieldCount).MaxBy(same => (same.Count(), same.Key));
            if (usual is null || usual.Key == 1)
            {
                continue;
            }

            var share = (double)usual.Count() / rows.Count;
            var score = (2 * share) + CleanShare(usual, candidate) - (0.01 * candidates.IndexOf(candidate, StringComparison.Ordinal));
            // With a delimiter that is none, a file may have some lines that are even by chance.
            if (share >= (candidates == Rare ? 1 : LeastConsistency) && (candidates != Rare || (usual.Key > 2 && rows.Count > 2)))
            {
                scored.Add((candidate, usual.Key, share, score));
            }
        }

        return scored.Count == 0 ? null : scored.MaxBy(one => one.Score) is var (delimiter, fields, even, _)
            ? (delimiter, fields, even) : null;
    }

    /// <summary>The share of fields that no other delimiter cuts, or that are numbers.</summary>
    private static double CleanShare(IEnumerable<Row> rows, char delimiter)
    {
        var others = Usual.Replace(delimiter.ToString(), "", StringComparison.Ordinal).Select(other => (byte)other).ToArray();
        long fields = 0, clean = 0;
        foreach (var row in rows.Take(200))
        {
            for (var field = 0; field < row.FieldCount; field++)
            {
                fields++;
                clean += row.IsQuoted(field) || !row.Field(field).ContainsAny(others) || NumberText.TryRead(row.Field(field), out _)
                    ? 1 : 0;
            }
        }

        return (double)clean / Math.Max(fields, 1);
    }

    /// <summary>Whether each line but the first is one number with a comma in it, and the first has none.</summary>
    private static async Task<bool> IsOneNumberAsync(Head head, FeedDefinition feed, char delimiter, CancellationToken cancellationToken)
    {
        if (delimiter != ',')
        {
            return false;
        }

        var lines = await head.RowsAsync(feed with { Delimiter = '\u001F' }, columns: 2, cancellationToken);
        return lines.Count > 1 && !lines[0].Field(0).Contains((byte)',')
            && lines.Skip(1).All(line => line.FieldCount == 1 && NumberText.TryRead(line.Field(0), out var number) && number.Forms != 0);
    }

    private static async Task<(FeedDefinition Feed, List<(string What, string Why)> Reasons)> WithQuoteAsync(
        Head head, ByteCensus census, FeedDefinition feed, CancellationToken cancellationToken)
    {
        var plain = await QuotesAsync(head, feed, cancellationToken);
        if (plain.Malformed > 0 && await QuotesAsync(head, feed with { Trim = true }, cancellationToken) is { Malformed: 0 })
        {
            return (feed with { Trim = true }, [("quote", "`\"`, with spaces around, which `trim` leaves out")]);
        }

        if (plain.Quoted == 0)
        {
            var single = await QuotesAsync(head, feed with { Quote = '\'' }, cancellationToken);
            if (single is { Quoted: > 1, Malformed: 0 } && (single.Fields < plain.Fields || single.Rows * 2 <= single.Quoted))
            {
                return (feed with { Quote = '\'' }, [("quote", "`'`: fields have it at both ends, and no field has `\"`")]);
            }

            if (plain.Malformed > 0)
            {
                var without = WithoutQuotes(feed, census);
                return (without, [("quote", $"none: `\"` stands inside fields and around none. {NameOf(without.Quote)}, which the file "
                    + "does not have, is written as quote, so that `\"` is a character like any other")]);
            }

            return (feed, []);
        }

        return (feed, [("quote", $"`\"`: {plain.Quoted:N0} fields of the first lines have it around")]);
    }

    private static async Task<(int Rows, int Fields, int Quoted, int Malformed)> QuotesAsync(
        Head head, FeedDefinition feed, CancellationToken cancellationToken)
    {
        var rows = await head.RowsAsync(feed, columns: 2, cancellationToken);
        return (rows.Count, rows.Sum(row => row.FieldCount),
            rows.Where(row => !row.IsMalformed).Sum(row => Enumerable.Range(0, row.FieldCount).Count(row.IsQuoted)),
            rows.Count(row => row.IsMalformed));
    }
}
