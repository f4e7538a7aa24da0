using EtlWorker.Domain.Pipelines;
using EtlWorker.Domain.Rows;
using EtlWorker.Domain.Runs;
using EtlWorker.Domain.Text;

namespace EtlWorker.Load;

/// <summary>Which field of a file fills which column of its table.</summary>
/// <param name="Columns">The columns that the file fills, in the table's order.</param>
/// <param name="Fields">For each of them, the index of its field.</param>
/// <param name="FieldCount">Fields that every row must have.</param>
/// <param name="Warnings">What the notice must tell.</param>
internal sealed record HeaderMap(
    IReadOnlyList<TargetColumn> Columns, IReadOnlyList<int> Fields, int FieldCount, IReadOnlyList<string> Warnings)
{
    /// <summary>UTF-16 units of a name; a pair of them is not cut.</summary>
    private const int MostShown = 40;

    /// <summary>Whether the server parses a column that we cannot, so that the whole table goes to it as text.</summary>
    public bool IsText => Columns.Any(column => column.Codec is null);

    /// <param name="feed">The feed.</param>
    /// <param name="rows">How many rows of nothing but delimiters its file has.</param>
    public HeaderMap WithEmptyRows(FeedDefinition feed, long rows) => rows == 0 ? this : this with
    {
        Warnings = [.. Warnings, $"{feed.Name}: {Counted.Of(rows, "row")} of nothing but delimiters left out as blank lines"],
    };

    /// <summary>
    /// The map of a file without a header: every row has the columns that the feed lists, or the table's in the table's order.
    /// </summary>
    /// <exception cref="RunFailedException">The feed lists a column that is not there, or leaves one out that is needed.</exception>
    public static HeaderMap WithoutHeader(FeedDefinition feed, TargetTable table)
    {
        RequireColumns(feed, table, feed.Columns.InOrder ?? feed.Columns.ByName.Keys);
        if (feed.Columns.InOrder is not { } listed)
        {
            return new(table.Columns, [.. Enumerable.Range(0, table.Columns.Count)], table.Columns.Count, []);
        }

        var found = table.Columns.Where(column => listed.Contains(column.Name)).ToList();
        var missing = table.Columns.Except(found).Where(column => !column.HasDefault).ToList();
        if (missing.Where(column => column.NotNull).ToList() is { Count: > 0 } needed)
        {
            throw new RunFailedException(
                $"feed {feed.Name}: \"columns\" does not list {Names(needed.Select(column => column.Name))}, "
                    + $"and {table.Name} takes no row without it",
                "List it in \"columns\" of the feed, in the order of the file's fields, or give the column a default.")
            { IsOfFile = false };
        }

        return new HeaderMap(found, [.. found.Select(column => listed.ToList().IndexOf(column.Name))], listed.Count,
            [.. missing.Select(column => $"{feed.Name}: \"columns\" does not list {column.Name}; it is NULL in every row")]);
    }

    /// <summary>The map of a file without a single line, of a feed that allows no rows.</summary>
    public static HeaderMap OfNothing(FeedJob job, TargetTable table) =>
        new(table.Columns, [.. Enumerable.Range(0, table.Columns.Count)], table.Columns.Count, [EmptyFile(job)]);

    /// <summary>What the notice reports a file that has nothing in it.</summary>
    public static string EmptyFile(FeedJob job) => $"{job.Feed.Name}: {job.File} is empty: no rows, which \"minRows\": 0 allows";

    /// <summary>Names match whatever their order, case and surrounding spaces.</summary>
    /// <exception cref="RunFailedException">The header lacks a column that must be there, or repeats one.</exception>
    public static HeaderMap Of(
        FeedDefinition feed, TargetTable table, string file, IReadOnlyList<string> header, long line = 1)
    {
        var names = header.Select(name => name.Trim()).ToList();
        var expected = table.Columns.ToDictionary(column => column, column => feed.Columns.HeaderOf(column.Name));
        RequireColumns(feed, table, feed.Columns.ByName.Keys);

        // Names that differ only in case are distinguished by it.
        TargetColumn? ColumnOf(string name) =>
            table.Columns.FirstOrDefault(column => expected[column] == name)
            ?? (table.Columns.Where(column => expected[column].Equals(name, StringComparison.OrdinalIgnoreCase)).ToList() is [var only]
                ? only
                : null);
        var columns = names.Select(ColumnOf).ToList();
        var found = table.Columns.Where(columns.Contains).ToList();
        var missing = table.Columns.Except(found).ToList();
        if (!feed.IsIncremental && RejectColumns.Names.All(names.Contains))
        {
            throw new RunFailedException(
                $"{file}, line {line}: the columns {string.Join(", ", RejectColumns.Names)} say that this is a file of refused rows, "
                    + $"and no whole snapshot of feed {feed.Name}: its rows alone would replace all others",
                "Correct the rows in the file that they came from, and drop that file whole.");
        }

        // A file of corrected rejects may still have what was said of them.
        var unknown = names.Zip(columns).Where(pair => pair.Second is null).Select(pair => pair.First).Except(RejectColumns.Names).ToList();
        var repeated = found.Where(column => columns.Count(other => other == column) > 1).Select(column => expected[column]).ToList();
        if (Fault(feed, found, missing, unknown, repeated) is { } fault)
        {
            // Where no name fits, the line is no header but a row, and rows are never told.
            var told = found.Count > 0
                ? $"the header has {names.Count}: {Names(names)}"
                : $"no name on line {line} fits; is the header missing?";
            throw new RunFailedException($"{file}, line {line}: {fault}; {told}",
                $"Export the file with the columns of {table.Name} ({Names(expected.Values)}), "
                    + $"or map them by \"columns\" of feed {feed.Name}, and drop it again.");
        }

        return new HeaderMap(found, [.. found.Select(column => columns.IndexOf(column))], names.Count,
            [.. missing.Where(column => !column.HasDefault).Select(column =>
                $"{feed.Name}: the file has no column {expected[column]}; it is NULL in every row"),
             .. unknown.Where(_ => feed.UnknownColumns != UnknownColumns.Ignore).Select(name => name.Length == 0
                ? $"{feed.Name}: a column of the file has no name and was left out"
                : $"{feed.Name}: the file's column '{Shortened(name)}' is not in {table.Name} and was left out")]);
    }

    private static void RequireColumns(FeedDefinition feed, TargetTable table, IEnumerable<string> named)
    {
        if (named.Except(table.Columns.Select(column => column.Name)).ToList() is { Count: > 0 } strangers)
        {
            throw new RunFailedException($"feed {feed.Name}: \"columns\" names {Names(strangers)}, which {table.Name} does not have",
                $"Correct \"columns\" in the definition; the table has {Names(table.Columns.Select(column => column.Name))}.")
            { IsOfFile = false };
        }
    }

    private static string? Fault(
        FeedDefinition feed, List<TargetColumn> found, List<TargetColumn> missing, List<string> unknown, List<string> repeated)
    {
        if (repeated.Count > 0)
        {
            return $"the column {Names(repeated)} stands there twice";
        }

        var needed = missing.Where(column => column.NotNull && !column.HasDefault).ToList();
        if (needed.Count > 0)
        {
            return $"the column {Names(needed.Select(column => column.Name))} is missing";
        }

        if (found.Count == 0)
        {
            return "no column of the table is there";
        }

        // A column gone and a stranger come is a renamed column: NULL in every row would be a silent loss.
        var renamed = missing.Where(column => !column.HasDefault).ToList();
        // One without a name is no stranger: exports end their header with a delimiter.
        if (renamed.Count > 0 && unknown.Any(name => name.Length > 0))
        {
            return $"the column {Names(renamed.Select(column => column.Name))} is missing (renamed?)";
        }

        return unknown.Count > 0 && feed.UnknownColumns == UnknownColumns.Fail ? $"the column {Names(unknown)} is not in the table" : null;
    }

    private static string Names(IEnumerable<string> names) => string.Join(", ", names.Take(30).Select(Shortened));

    // A file without a header shows its first row here: keep what can leak small, and what the ledger cannot store out.
    private static string Shortened(string name)
    {
        var length = name.Length <= MostShown ? name.Length : char.IsHighSurrogate(name[MostShown - 1]) ? MostShown - 1 : MostShown;
        var plain = new string([.. name.Take(length).Select(character => char.IsControl(character) ? '?' : character)]);
        return length == name.Length ? plain : plain + "...";
    }
}
