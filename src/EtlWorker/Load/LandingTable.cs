using EtlWorker.Domain.Pipelines;
using EtlWorker.Domain.Runs;
using EtlWorker.Storage;
using Npgsql;

namespace EtlWorker.Load;

/// <summary>
/// Where rows wait that do not go straight into their table: a temporary table without constraints, with the line of each
/// row. What the server alone can parse waits as text.
/// </summary>
internal sealed class LandingTable
{
    public const string Line = "etl_line_number";
    public const string RawText = "etl_raw_text";
    public const string Name = "pg_temp.etl_landing";
    private readonly string _move;

    private LandingTable(FeedDefinition feed, TargetTable target, IReadOnlyList<TargetColumn> columns, IReadOnlyList<string> key)
    {
        (Feed, Target, Columns) = (feed, target, columns);
        _move = MoveStatement(key);
    }

    public FeedDefinition Feed { get; }

    public TargetTable Target { get; }

    /// <summary>The columns that the file fills.</summary>
    public IReadOnlyList<TargetColumn> Columns { get; }

    /// <exception cref="RunFailedException">The feed's table has no primary key to merge on.</exception>
    public static async Task<LandingTable> CreateAsync(
        NpgsqlConnection connection, FeedDefinition feed, TargetTable target, IReadOnlyList<TargetColumn> columns, CancellationToken cancellationToken)
    {
        var key = feed.Mode == LoadMode.Merge ? await ResultTable.KeyOfAsync(connection, target.Name, cancellationToken) : [];
        if (feed.Mode == LoadMode.Merge && (key.Count == 0 || key.Except(columns.Select(column => column.Name)).Any()))
        {
            throw new RunFailedException(
                key.Count == 0
                    ? $"the table {target.Name} has no primary key, by which a feed of mode merge knows its rows"
                    : $"the file lacks a column of the primary key of {target.Name} ({string.Join(", ", key)}), by which a feed of mode merge knows its rows",
                "Give the table a key that the file has, or have the feed append or replace.")
            { IsOfFile = key.Count > 0 };
        }

        // From a query, and not "like", so that types and collations come along and nothing else.
        await using var create = connection.Text(
            $"""
            drop table if exists {Name};
            create temporary table etl_landing on commit drop as
            select null::bigint as {Line}, null::pg_catalog.text as {RawText}, {string.Join(", ", columns.Select(Landed))}
            from {target.Name.Quoted} with no data
            """);
        await create.ExecuteNonQueryAsync(cancellationToken);
        return new LandingTable(feed, target, columns, key);
    }

    /// <summary>The columns that COPY fills before the file's own.</summary>
    public static IReadOnlyList<string> OriginColumns(RowOrigin origin) => origin switch
    {
        RowOrigin.Line => [Line],
        RowOrigin.LineAndText => [Line, RawText],
        _ => [],
    };

    /// <summary>Adds the rows between two lines to the table: all of them, or none when the table refuses one.</summary>
    /// <returns>Rows added or replaced.</returns>
    /// <exception cref="PostgresException">The table refuses a row.</exception>
    public async Task<int> MoveAsync(NpgsqlConnection connection, long from, long to, CancellationToken cancellationToken)
    {
        await using var move = connection.Text(_move, ("from", from), ("to", to));
        return await connection.LimitedAsync($"moving rows of {Feed.Name} into {Target.Name}", () => move.ExecuteNonQueryAsync(cancellationToken));
    }

    /// <summary>The column as it waits: what the server alone can parse as text.</summary>
    public static string Landed(TargetColumn column) =>
        column.Codec is null ? $"{TableName.Quote(column.Name)}::pg_catalog.text as {TableName.Quote(column.Name)}" : TableName.Quote(column.Name);

    private static string Moved(TargetColumn column) =>
        column.Codec is null ? $"{TableName.Quote(column.Name)}::{column.BaseType}" : TableName.Quote(column.Name);

    /// <summary>Of several rows with the key that a feed merges on, the last of the file counts, as if each were a file of its own.</summary>
    private string MoveStatement(IReadOnlyList<string> key)
    {
        var keys = string.Join(", ", Columns.Where(column => key.Contains(column.Name)).Select(Moved));
        var replaced = string.Join(", ", Columns.Select(column => column.Name).Except(key).Select(TableName.Quote).Select(name => $"{name} = excluded.{name}"));
        var (distinct, order, conflict) = key.Count == 0
            ? ("", Line, "")
            : ($"distinct on ({keys})", $"{keys}, {Line} desc",
                $"on conflict ({string.Join(", ", key.Select(TableName.Quote))}) do {(replaced.Length == 0 ? "nothing" : $"update set {replaced}")}");
        return $"""
            insert into {Target.Name.Quoted} ({string.Join(", ", Columns.Select(column => TableName.Quote(column.Name)))}) overriding system value
            select {distinct} {string.Join(", ", Columns.Select(Moved))} from {Name}
            where {Line} operator(pg_catalog.>=) @from and {Line} operator(pg_catalog.<=) @to order by {order}
            {conflict}
            """;
    }
}
