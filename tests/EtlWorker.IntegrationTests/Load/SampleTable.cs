using EtlWorker.Storage;

namespace EtlWorker.IntegrationTests.Load;

internal sealed record SampleColumn(string Name, SqlType Type, bool NotNull);

/// <summary>A table of random columns.</summary>
internal sealed record SampleTable(IReadOnlyList<SampleColumn> Columns)
{
    private static readonly string[] Names = ["id", "note", "Gr\u00F6\u00DFe", "a b", "say \"a\", b", "UPPER", "x", "y", "z", "select"];

    public static SampleTable Random(Random random)
    {
        var types = random.OneIn(6) ? [random.Pick(SqlTypes.ServerOnly)] : Array.Empty<SqlType>();
        var count = random.Next(1, 7);
        types = [.. types, .. Enumerable.Range(types.Length, Math.Max(count - types.Length, 0)).Select(_ => random.Pick(SqlTypes.Checked))];
        random.Shuffle(types);
        var names = Names.ToArray();
        random.Shuffle(names);
        return new SampleTable([.. types.Zip(names, (type, name) => new SampleColumn(name, type, random.OneIn(6)))]);
    }

    /// <summary>For what is special about each type: a column of it, beside one that makes the line a longer one; text alone too.</summary>
    public static IReadOnlyList<SampleTable> Catalogue { get; } =
    [
        .. SqlTypes.Checked.Concat(SqlTypes.ServerOnly)
            .Select(type => new SampleTable([new SampleColumn("id", SqlTypes.Checked[1], true), new SampleColumn("x", type, false)])),
        new([new SampleColumn("x", SqlTypes.Checked.First(type => type.Name == "text"), false)]),
    ];

    /// <param name="name">Schema-qualified. Its first column, which no file fills, keeps the order of the rows.</param>
    public string Definition(string name) =>
        $"create table {name} (etl_n bigint generated always as identity, "
            + string.Join(
                ", ",
                Columns.Select(column => $"{TableName.Quote(column.Name)} {column.Type.Name}{(column.NotNull ? " not null" : "")}"))
            + ")";

    public string QuotedColumns => string.Join(", ", Columns.Select(column => TableName.Quote(column.Name)));

    public override string ToString() => Definition("feed");
}
