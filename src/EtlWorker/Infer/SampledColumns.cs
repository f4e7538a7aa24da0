namespace EtlWorker.Infer;

/// <summary>What the columns of some rows have in common, to compare another row with.</summary>
internal sealed class SampledColumns
{
    private const int MostFooters = 3;
    private readonly ColumnProfile[] _columns;

    /// <param name="columns">Profiles of all rows.</param>
    public SampledColumns(ColumnProfile[] columns) => _columns = columns;

    /// <param name="rows">Rows; those of another number of fields are passed over.</param>
    /// <param name="count">Fields of a row.</param>
    public SampledColumns(IEnumerable<Row> rows, int count)
    {
        _columns = [.. Enumerable.Range(0, count).Select(_ => new ColumnProfile(1))];
        var all = rows.ToList();
        // The last ones may be totals.
        foreach (var row in all.Take(all.Count > MostFooters * 2 ? all.Count - MostFooters : all.Count)
            .Where(row => row.FieldCount == count && !row.IsMalformed))
        {
            for (var column = 0; column < count; column++)
            {
                _columns[column].Add(row.Field(column), row.IsQuoted(column), new Place(0, row.Line));
            }
        }
    }

    /// <summary>Columns whose type the row's value is not of.</summary>
    public int Contradictions(Row row) => Count(row, fits: false);

    /// <summary>Columns of a narrower type than text whose type the row's value is of.</summary>
    public int Agreements(Row row) => Count(row, fits: true);

    /// <summary>Columns that have a value in every row, and none in this one.</summary>
    public int Gaps(Row row) => Enumerable.Range(0, Math.Min(row.FieldCount, _columns.Length)).Count(column =>
        row.Field(column).IsEmpty && _columns[column] is { Values: > 0, Empty: 0, QuotedEmpty: 0 });

    private int Count(Row row, bool fits) => Enumerable.Range(0, Math.Min(row.FieldCount, _columns.Length)).Count(column =>
        !row.Field(column).Trim((byte)' ').IsEmpty && Fits(column, row) == fits);

    /// <returns>Null where the column may be text.</returns>
    private bool? Fits(int column, Row row)
    {
        var (all, one) = (_columns[column], new ColumnProfile(1));
        one.Add(row.Field(column), row.IsQuoted(column), default);
        return all.Values == 0 ? null
            : IsOf(all.Numbers) ? one.Numbers.HasAll || one.Nulls.Count > 0
            : IsOf(all.DateTimes) ? one.DateTimes.HasAll || one.Nulls.Count > 0
            : IsOf(all.Uuids) ? one.Uuids.HasAll
            : IsOf(all.Documents) ? one.Documents.HasAll
            : all.Words.Pair() is not null ? all.Words.Words.Contains(row.TextOf(column), StringComparer.OrdinalIgnoreCase)
            : null;
    }

    /// <summary>Whether nearly all values are of a kind: a wrong one among many does not hide what the others are.</summary>
    private static bool IsOf(KindProfile kind) => kind.HasAll || kind.HasNearlyAll;
}
