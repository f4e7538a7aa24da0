using System.Globalization;
using EtlWorker.Domain.Pipelines;

namespace EtlWorker.Infer;

/// <summary>Finds out where a file's header and rows are, from its first part.</summary>
internal static class LayoutSniffer
{
    private const int MostPreamble = 50;
    private const int MostHeaderLines = 3;
    private const int MostColumns = 1_600;

    public static async Task<Layout> SniffAsync(
        SourceFile file, ByteCensus census, EncodingGuess encoding, CancellationToken cancellationToken)
    {
        var head = await Head.ReadAsync(file, encoding.Encoding, cancellationToken);
        var known = new FeedDefinition
        {
            Name = "feed",
            Object = file.Name,
            Table = "staging.feed",
            MaxUnpackedBytes = long.MaxValue,
            Encoding = encoding.IsMarked ? FileEncoding.Utf8 : encoding.Encoding,
            Compression = file.IsPackedUnnamed ? Compression.Gzip : Compression.Auto,
        };
        var (feed, reasons, rows) = await RowsAsync(head, census, known, cancellationToken);
        if (rows.Count == 0)
        {
            throw new CannotInferException($"{file.Path} has no line with anything in it. Have it exported again, with rows.");
        }

        var fields = rows.Where(row => !row.IsMalformed).GroupBy(row => row.FieldCount).MaxBy(same => (same.Count(), same.Key))?.Key ?? 1;
        return fields <= MostColumns ? Of(feed, [.. rows], fields, reasons) : throw new CannotInferException(
            $"{file.Path} has {fields:N0} columns, and a table of PostgreSQL has at most 1,600. Have it exported in parts.");
    }

    /// <summary>
    /// The rows of the head. A quote in a preamble would swallow those behind it: each line that may have one is tried as its last.
    /// </summary>
    private static async Task<(FeedDefinition Feed, List<(string What, string Why)> Reasons, IReadOnlyList<Row> Rows)> RowsAsync(
        Head head, ByteCensus census, FeedDefinition known, CancellationToken cancellationToken)
    {
        (FeedDefinition Feed, List<(string What, string Why)> Reasons, IReadOnlyList<Row> Rows) best = (known, [], []);
        var most = -1;
        foreach (var skipped in head.LinesWithOddQuotes(MostPreamble).Prepend(0))
        {
            var (feed, isOneColumn, reasons) = await DelimiterSniffer.SniffAsync(
                head, census, known with { SkipLines = skipped }, cancellationToken);
            var rows = await head.RowsAsync(feed, isOneColumn ? 1 : 2, cancellationToken);
            var even = rows.Where(row => !row.IsMalformed && row.FieldCount > 1).GroupBy(row => row.FieldCount)
                .Select(same => same.Count()).DefaultIfEmpty(0).Max();
            if (even > most)
            {
                (best, most) = ((feed, reasons, rows), even);
            }
        }

        return best;
    }

    private static Layout Of(FeedDefinition feed, List<Row> rows, int fields, List<(string What, string Why)> reasons)
    {
        List<string> doubts = [];
        if (rows.Where(IsComment).ToList() is { Count: > 0 } comments && comments.Count < rows.Count && fields > 1
            && comments.TrueForAll(row => row.FieldCount != fields))
        {
            feed = feed with { Comment = '#' };
            reasons.Add(("comment", $"`#`: {comments.Count:N0} of the first lines begin with it, first line {comments[0].Line}, and "
                + $"are no rows"));
            rows.RemoveAll(IsComment);
        }

        var first = PreambleLength(rows, fields);
        if (first > 0 || feed.SkipLines > 0)
        {
            feed = feed with { SkipLines = (int)rows[first].Line - 1 };
            reasons.Add(("skipLines", $"{feed.SkipLines}: the lines before line {rows[first].Line} have another number of fields, or "
                + $"hardly any"));
        }

        rows.RemoveRange(0, first);
        (feed, fields) = WithTrailingDelimiter(feed, rows, fields, reasons);
        return WithHeader(feed, rows, fields, reasons, doubts);
    }

    private static bool IsComment(Row row) => !row.IsQuoted(0) && row.Field(0) is [(byte)'#', ..];

    /// <returns>How many rows stand before the header, or before the first row.</returns>
    private static int PreambleLength(List<Row> rows, int fields)
    {
        // So Excel is told of the delimiter.
        var first = rows.Count > 1 && rows[0].FieldCount <= 2 && rows[0].Field(0).StartsWith("sep="u8) ? 1 : 0;
        while (first < Math.Min(rows.Count - 1, MostPreamble) && !IsFull(rows[first], fields))
        {
            first++;
        }

        if (first >= Math.Min(rows.Count - 1, MostPreamble))
        {
            return 0;
        }

        return first + SparseLength(rows[first..], fields);
    }

    /// <summary>A preamble in a spreadsheet has as many delimiters as the rows: lines that are half empty, and then names.</summary>
    private static int SparseLength(List<Row> rows, int fields)
    {
        var names = 0;
        while (fields > 2 && names < Math.Min(rows.Count - 1, MostPreamble) && rows[names].FilledCount * 2 <= fields)
        {
            names++;
        }

        if (names == 0 || rows[names].FieldCount != fields || rows[names].FilledCount < fields * 0.9)
        {
            return 0;
        }

        // Rows may be half empty as well: what is below must say that these are none.
        var columns = new SampledColumns(rows.Skip(names + 1), fields);
        return columns.Contradictions(rows[names]) > 0 && columns.Agreements(rows[names]) == 0
            && rows.Take(names).All(row => columns.Contradictions(row) > 0 || columns.Gaps(row) > 0) ? names : 0;
    }

    private static bool IsFull(Row row, int fields) => !row.IsMalformed && (row.FieldCount == fields || row.FieldCount == fields - 1
        && fields > 2);

    private static (FeedDefinition Feed, int Fields) WithTrailingDelimiter(
        FeedDefinition feed, List<Row> rows, int fields, List<(string What, string Why)> reasons)
    {
        var data = rows.Skip(1).Where(row => row.FieldCount == fields).ToList();
        var isTrailing = fields > 1 && data.Count > 0 && rows[0].FieldCount >= fields - 1
            && (rows[0].FieldCount == fields - 1 || rows[0].Field(fields - 1).IsEmpty)
            && data.TrueForAll(row => row.Field(fields - 1).IsEmpty && !row.IsQuoted(fields - 1));
        if (!isTrailing || (rows[0].FieldCount == fields && !LooksLikeHeader(rows, fields)))
        {
            return (feed, fields);
        }

        reasons.Add(("trailingDelimiter", "true: each row ends with a delimiter behind its last field"));
        return (feed with { TrailingDelimiter = true }, fields - 1);
    }

    private static bool LooksLikeHeader(List<Row> rows, int fields) =>
        new SampledColumns(rows.Skip(1), fields) is var columns && columns.Agreements(rows[0]) == 0;

    private static Layout WithHeader(
        FeedDefinition feed, List<Row> rows, int fields, List<(string What, string Why)> reasons, List<string> doubts)
    {
        var (has, why) = HasHeader(rows, fields, doubts);
        reasons.Add(("header", why));
        if (!has)
        {
            return new Layout(feed with { Header = false }, [.. Enumerable.Range(1, fields).Select(number => $"column {number}")])
            {
                Reasons = reasons,
                Doubts = doubts,
            };
        }

        var lines = HeaderLines(rows, fields);
        var names = Enumerable.Range(0, fields).Select(field => string.Join(' ', rows.Take(lines)
            .Select(row => field < row.FieldCount ? row.TextOf(field).Trim() : "").Where(name => name.Length > 0).Distinct())).ToList();
        var layout = new Layout(feed, names) { HasNames = true };
        if (lines == 1 && names.TrueForAll(IsMappable) && names.Distinct().Count() == names.Count)
        {
            return layout with { Reasons = reasons, Doubts = doubts };
        }

        // What stands there twice, or on two lines, or has no name, is found by its place.
        var firstRow = rows.Count > lines ? rows[lines].Line : rows[lines - 1].Line + 1;
        reasons.Add(("columns", lines > 1
            ? $"by their places: the names take {lines} lines, to line {firstRow - 1}"
            : "by their places: the header has a name twice, or a column without one"));
        doubts.Add($"The header (to line {firstRow - 1}) is left out by `skipLines` and the columns are taken by their places, "
            + $"because it has "
            + $"{(lines > 1 ? $"{lines} lines" : "a name twice or none for a column")}: a file with its columns in another order "
            + $"would not be noticed.");
        return layout with
        {
            Feed = feed with { Header = false, SkipLines = (int)firstRow - 1 },
            Reasons = reasons,
            Doubts = doubts,
        };
    }

    private static bool IsMappable(string name) => name.Length > 0 && !name.Any(char.IsControl)
        && !name.Contains('\uFFFD', StringComparison.Ordinal);

    private static (bool Has, string Why) HasHeader(List<Row> rows, int fields, List<string> doubts)
    {
        var (first, data) = (rows[0], rows.Skip(1).ToList());
        if (first.FieldCount < fields && data.Count > 0 || first.IsMalformed)
        {
            return (true, $"line {first.Line}");
        }

        // A second line of names must not speak for the first.
        var body = data.Count > MostHeaderLines ? data.Skip(MostHeaderLines - 1) : data;
        var columns = new SampledColumns(body, fields);
        var (against, with) = (columns.Contradictions(first), columns.Agreements(first));
        if (against > 0 && with <= against)
        {
            return (true, $"line {first.Line}: {against} of its fields are not of the type that the column has in the rows");
        }

        if (with > 0 && AreYears(first, body, fields))
        {
            doubts.Add($"Line {first.Line} is taken for a header though it has numbers, since they are years in a row. If it is a "
                + $"row: `\"header\": false`.");
            return (true, $"line {first.Line}: its numbers are years, one after the other");
        }

        if (with > 0)
        {
            if (against > 0)
            {
                doubts.Add($"Line {first.Line} is taken for a row; {against} of its fields are of another type than the rest of the "
                    + $"column. "
                    + "If it is a header, leave `header` out.");
            }

            return (false, $"none: line {first.Line} is a row like the others");
        }

        var texts = first.Texts().Select(text => text.Trim()).ToList();
        var repeats = Enumerable.Range(0, fields).Count(field => texts[field].Length > 0 && data.Exists(row =>
            row.FieldCount == fields && row.Field(field).SequenceEqual(first.Field(field))));
        if (repeats > 0 || texts.Exists(text => text.Length > 0 && !text.Any(char.IsLetter)))
        {
            doubts.Add($"Line {first.Line} is taken for a row, because {(repeats > 0 ? "one of its values is that of another row too"
                : "it has a field without a letter")}. If it is a header, leave `header` out.");
            return (false, $"none: line {first.Line} is a row like the others");
        }

        if (data.Count > 0)
        {
            doubts.Add($"Line {first.Line} is taken for the header, though all columns are text and nothing in the file proves it. "
                + "If it is a row, it would be lost: write `\"header\": false`.");
        }

        return (true, $"line {first.Line}, presumably: its fields are different from each other and from the values below");
    }

    private static bool AreYears(Row first, IEnumerable<Row> data, int fields)
    {
        var numbers = Enumerable.Range(0, fields).Select(field => (field, text: first.TextOf(field).Trim()))
            .Where(one => int.TryParse(one.text, NumberStyles.None, CultureInfo.InvariantCulture, out _))
            .Select(one => (one.field, number: int.Parse(one.text, CultureInfo.InvariantCulture))).ToList();
        return numbers.Count > 1 && numbers.TrueForAll(one => one.number is >= 1900 and <= 2100)
            && numbers.Zip(numbers.Skip(1)).All(pair => Math.Abs(pair.Second.number - pair.First.number) == 1)
            && data.Any(row => row.FieldCount == fields && numbers.Exists(one =>
                !int.TryParse(row.TextOf(one.field), CultureInfo.InvariantCulture, out var value) || value is < 1900 or > 2100));
    }

    /// <summary>How many rows at the beginning are names, units and the like: none of their fields has the type of its column.</summary>
    private static int HeaderLines(List<Row> rows, int fields)
    {
        var lines = 1;
        while (lines < MostHeaderLines && rows.Count > lines + 2 && rows[lines].FieldCount == fields
            && new SampledColumns(rows.Skip(lines + 1), fields) is var columns
            && columns.Contradictions(rows[lines]) is > 0 and var against && columns.Agreements(rows[lines]) == 0
            // One wrong value makes no header of a row.
            && (against > 1 || rows[lines].FilledCount == against))
        {
            lines++;
        }

        return lines;
    }
}
