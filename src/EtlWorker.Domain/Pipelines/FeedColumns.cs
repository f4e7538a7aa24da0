namespace EtlWorker.Domain.Pipelines;

/// <summary>What a feed says of its table's columns: of some by name, or, of a file without a header, which it has, in its order.</summary>
public sealed class FeedColumns
{
    private FeedColumns(IReadOnlyDictionary<string, ColumnDefinition> byName, IReadOnlyList<string>? inOrder) =>
        (ByName, InOrder) = (byName, inOrder);

    /// <summary>The file has what the table has.</summary>
    public static FeedColumns AsInTable { get; } = Named(new Dictionary<string, ColumnDefinition>());

    public IReadOnlyDictionary<string, ColumnDefinition> ByName { get; }

    /// <summary>The table's columns in the order of the file's fields; null where the header, or the table, has the order.</summary>
    public IReadOnlyList<string>? InOrder { get; }

    public static FeedColumns Named(IReadOnlyDictionary<string, ColumnDefinition> columns) => new(columns, null);

    public static FeedColumns Ordered(IReadOnlyList<string> columns) => new(new Dictionary<string, ColumnDefinition>(), columns);

    /// <summary>What the header calls a column of the table.</summary>
    public string HeaderOf(string column) => ByName.GetValueOrDefault(column)?.Name ?? column;
}
