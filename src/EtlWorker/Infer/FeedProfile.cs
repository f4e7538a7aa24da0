namespace EtlWorker.Infer;

/// <summary>What is known of a feed's rows once all of its files were read.</summary>
/// <param name="fields">Fields of a row.</param>
internal sealed class FeedProfile(int fields)
{
    private const int MostExamples = 5;

    // Hashes in all, of all columns: some 25 bytes each.
    private const int MostHashes = 400_000;
    private const int FewestHashes = 500;
    private readonly List<Place> _malformed = [];
    private readonly List<(Place Place, int Fields)> _uneven = [];

    public ColumnProfile[] Columns { get; } =
        [.. Enumerable.Range(0, fields).Select(_ => new ColumnProfile(Math.Max(FewestHashes, MostHashes / Math.Max(fields, 1))))];

    public long Rows { get; private set; }

    public long MalformedCount { get; private set; }

    /// <summary>Rows whose quotes are out of place.</summary>
    public IReadOnlyList<Place> Malformed => _malformed;

    public long UnevenCount { get; private set; }

    /// <summary>Rows of another number of fields.</summary>
    public IReadOnlyList<(Place Place, int Fields)> Uneven => _uneven;

    /// <summary>Of those, rows that begin with the sign of a comment.</summary>
    public long CommentLike { get; private set; }

    public long Quoted { get; private set; }

    public Place? FirstLineBreak { get; private set; }

    /// <summary>Rows that do not end with the delimiter that the others end with.</summary>
    public long Unended { get; private set; }

    public void Add(Row row, int file)
    {
        var place = new Place(file, row.Line);
        if (row.IsMalformed)
        {
            MalformedCount++;
            Keep(_malformed, place);
            return;
        }

        if (row.FieldCount != fields || !row.EndsAsSaid)
        {
            UnevenCount++;
            Unended += row.EndsAsSaid ? 0 : 1;
            CommentLike += row.FieldCount > 0 && !row.IsQuoted(0) && row.Field(0) is [(byte)'#', ..] ? 1 : 0;
            Keep(_uneven, (place, row.FieldCount));
            return;
        }

        Rows++;
        FirstLineBreak ??= row.HasLineBreak ? place : null;
        for (var column = 0; column < fields; column++)
        {
            Quoted += row.IsQuoted(column) ? 1 : 0;
            Columns[column].Add(row.Field(column), row.IsQuoted(column), place);
        }
    }

    private static void Keep<T>(List<T> kept, T one)
    {
        if (kept.Count < MostExamples)
        {
            kept.Add(one);
        }
    }
}
