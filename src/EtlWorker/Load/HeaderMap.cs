using EtlWorker.Domain.Pipelines;
using EtlWorker.Domain.Runs;

namespace EtlWorker.Load;

/// <summary>Which field of a file fills which column of its table.</summary>
/// <param name="Columns">The columns that the file fills, in the table's order.</param>
/// <param name="Fields">For each of them, the index of its field.</param>
/// <param name="FieldCount">Fields that every row must have.</param>
/// <param name="Warnings">What the notice must tell.</param>
internal sealed record HeaderMap(
    IReadOnlyList<TargetColumn> Columns, IReadOnlyList<int> Fields, int FieldCount, IReadOnlyList<string> Warnings)
{
    /// <summary>Names match whatever their order, case and surrounding spaces.</summary>
    /// <exception cref="RunFailedException">The header lacks a column that must be there, or repeats one.</exception>
    public static HeaderMap Of(FeedDefinition feed, TargetTable table, string file, IReadOnlyList<string> header)
    {
        var names = header.Select(name => name.Trim()).ToList();
        var expected = table.Columns.ToDictionary(column => column, column => feed.Columns.GetValueOrDefault(column.Name, column.Name));
        int FieldOf(TargetColumn column) => names.FindIndex(name => name.Equals(expected[column], StringComparison.OrdinalIgnoreCase));

        if (feed.Columns.Keys.Except(table.Columns.Select(column => column.Name)).ToList() is { Count: > 0 } strangers)
        {
            throw new RunFailedException($"feed {feed.Name}: \"columns\" names {Names(strangers)}, which {table.Name} does not have",
                $"Correct \"columns\" in the definition: table column to header name; the table has {Names(table.Columns.Select(column => column.Name))}.");
        }

        var found = table.Columns.Where(column => FieldOf(column) >= 0).ToList();
        var missing = table.Columns.Except(found).ToList();
        var unknown = names.Where(name => !expected.Values.Contains(name, StringComparer.OrdinalIgnoreCase)).ToList();
        var repeated = expected.Values.Where(name => names.Count(other => other.Equals(name, StringComparison.OrdinalIgnoreCase)) > 1).ToList();
        if (Fault(feed, found, missing, unknown, repeated) is { } fault)
        {
            // Where no name fits, line 1 is no header but a row, and rows are never told.
            var told = found.Count > 0 ? $"the header has {names.Count}: {Names(names)}" : "no name on line 1 fits; is the header missing?";
            throw new RunFailedException($"{file}, line 1: {fault}; {told}",
                $"Export the file with the columns of {table.Name} ({Names(expected.Values)}), or map them by \"columns\" of feed {feed.Name}, and drop it again.");
        }

        if (found.Find(column => column.Codec is null) is { } strange)
        {
            throw new RunFailedException($"{table.Name}, column {strange.Name}: this version cannot load type {strange.Type}",
                "Change the column to an integer, date, boolean, text or varchar type, or leave it out of the file.");
        }

        return new HeaderMap(found, [.. found.Select(FieldOf)], names.Count,
            [.. missing.Where(column => !column.HasDefault).Select(column => $"{feed.Name}: the file has no column {expected[column]}; it is NULL in every row"),
             .. unknown.Select(name => $"{feed.Name}: the file's column '{Shortened(name)}' is not in {table.Name} and was left out")]);
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
        if (renamed.Count > 0 && unknown.Count > 0)
        {
            return $"the column {Names(renamed.Select(column => column.Name))} is missing (renamed?)";
        }

        return unknown.Count > 0 && feed.UnknownColumns == UnknownColumns.Fail ? $"the column {Names(unknown)} is not in the table" : null;
    }

    private static string Names(IEnumerable<string> names) => string.Join(", ", names.Take(30).Select(Shortened));

    // A file without a header shows its first row here: keep what can leak small, and what the ledger cannot store out.
    private static string Shortened(string name)
    {
        var plain = new string([.. name.Take(40).Select(character => char.IsControl(character) ? '?' : character)]);
        return name.Length <= 40 ? plain : plain + "...";
    }
}
