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
    /// <summary>Quoted; no table has columns of these names.</summary>
    public const string Line = "\"etl: line\"";
    public const string RawText = "\"etl: raw text\"";
    public const string Name = "pg_temp.etl_landing";

    /// <summary>The column of those that a table of very many columns leaves no room for, and the type of its rows.</summary>
    private const string Rest = "\"etl: rest\"";
    private const string RestType = "pg_temp.etl_rest";

    /// <summary>PostgreSQL's limit, less what <see cref="LandingJudge"/> adds to the two columns of the origin.</summary>
    private const int MostColumns = 1_600 - 2;
    private const string Range = $"{Line} operator(pg_catalog.>=) @from and {Line} operator(pg_catalog.<=) @to";
    private const string GuardedRange = $"{Line} operator(pg_catalog.>=) $1 and {Line} operator(pg_catalog.<=) $2";
    private readonly string _move;
    private readonly string? _moveAll;
    private readonly string _given;
    private readonly bool _mayTakeNone;
    private readonly bool _isGuarded;

    private LandingTable(
        FeedJob job, TargetTable target, IReadOnlyList<TargetColumn> columns, IReadOnlyList<string> key, IReadOnlyList<uint> packedTypes)
    {
        (Feed, Target, Columns, PackedTypes, _isGuarded) = (job.Feed, target, columns, packedTypes, job.IsGuarded);
        _move = MoveStatement(key);
        _moveAll = key.Count == 0 && !_isGuarded ? $"{MoveInto} select {string.Join(", ", Columns.Select(Moved))} from {Name}" : null;
        _given = key.Count == 0
            ? $"select pg_catalog.count(*) from {Name} where {Range}"
            : $"select pg_catalog.count(*) from (select distinct {Moved(key)} from {Name} where {Range}) as given";
        _mayTakeNone = key.Count == columns.Count;
    }

    public FeedDefinition Feed { get; }

    public TargetTable Target { get; }

    /// <summary>The columns that the file fills.</summary>
    public IReadOnlyList<TargetColumn> Columns { get; }

    /// <summary>The object ids of the types of the last columns, which wait as one record; none where there is room for all.</summary>
    public IReadOnlyList<uint> PackedTypes { get; }

    /// <summary>The columns that wait by themselves, under their own names.</summary>
    public IEnumerable<TargetColumn> Plain => Columns.Take(Columns.Count - PackedTypes.Count);

    /// <summary>Whether the landed rows of a table have room for another column beside those of the origin.</summary>
    public static bool HasRoom(TargetTable table) => table.Columns.Count + 2 <= MostColumns;

    /// <summary>What COPY fills, besides the origin. Quoted.</summary>
    public IEnumerable<string> CopiedColumns =>
        Plain.Select(column => TableName.Quote(column.Name)).Concat(PackedTypes.Count > 0 ? [Rest] : []);

    /// <exception cref="RunFailedException">The feed's table has no primary key to merge on.</exception>
    public static async Task<LandingTable> CreateAsync(
        NpgsqlConnection connection, FeedJob job, TargetTable target, IReadOnlyList<TargetColumn> columns,
        CancellationToken cancellationToken)
    {
        var feed = job.Feed;
        var key = feed.Mode == LoadMode.Merge ? await ResultTable.KeyOfAsync(connection, target.Name, cancellationToken) : [];
        if (feed.Mode == LoadMode.Merge && (key.Count == 0 || key.Except(columns.Select(column => column.Name)).Any()))
        {
            throw new RunFailedException(
                key.Count == 0
                    ? $"the table {target.Name} has no primary key, by which a feed of mode merge knows its rows"
                    : $"the file lacks a column of the primary key of {target.Name} ({string.Join(", ", key)}), "
                        + "by which a feed of mode merge knows its rows",
                "Give the table a key that the file has, or have the feed append or replace.")
            { IsOfFile = key.Count > 0 };
        }

        if (key.Count > 0 && await ResultTable.IsKeyDeferrableAsync(connection, target.Name, cancellationToken))
        {
            throw new RunFailedException(
                $"the primary key of {target.Name} is DEFERRABLE: PostgreSQL merges by no such key",
                "Make the key again without DEFERRABLE, or have the feed append or replace.")
            { IsOfFile = false };
        }

        // From a query, and not "like", so that types and collations come along and nothing else.
        await connection.ExecuteAsync($"drop table if exists {Name}; drop table if exists {RestType}", cancellationToken);
        var packed = columns.Count + 2 > MostColumns ? columns.Skip(MostColumns - 3).ToList() : [];
        var types = packed.Count == 0 ? [] : await PackAsync(connection, target, packed, cancellationToken);
        var plain = columns.Take(columns.Count - packed.Count).Select(Landed)
            .Concat(packed.Count > 0 ? [$"null::{RestType} as {Rest}"] : []);
        await connection.ExecuteAsync(
            $"""
            create temporary table etl_landing on commit drop as
            select null::bigint as {Line}, null::pg_catalog.text as {RawText}, {string.Join(", ", plain)}
            from {target.Name.Quoted} with no data
            """, cancellationToken);
        return new LandingTable(job, target, columns, key, types);
    }

    /// <returns>The types of the columns that wait as one record.</returns>
    private static async Task<IReadOnlyList<uint>> PackAsync(
        NpgsqlConnection connection, TargetTable target, IEnumerable<TargetColumn> packed, CancellationToken cancellationToken)
    {
        await connection.ExecuteAsync(
            $"""
            create temporary table etl_rest on commit drop as
            select {string.Join(", ", packed.Select(Landed))} from {target.Name.Quoted} with no data
            """, cancellationToken);
        await using var question = connection.Embedded("Load/landed_types", ("table", RestType));
        await using var reader = await question.ExecuteReaderAsync(cancellationToken);
        var types = new List<uint>();
        while (await reader.ReadAsync(cancellationToken))
        {
            types.Add(reader.Get<uint>(0));
        }

        return types;
    }

    /// <summary>The columns that COPY fills before the file's own.</summary>
    public static IReadOnlyList<string> OriginColumns(RowOrigin origin) => origin switch
    {
        RowOrigin.Line => [Line],
        RowOrigin.LineAndText => [Line, RawText],
        _ => [],
    };

    /// <summary>Adds the rows between two lines to the table: all of them, or none when the table refuses one.</summary>
    /// <returns>Rows added or replaced, and those that a trigger or a rule dropped, where the table has such.</returns>
    /// <exception cref="Exception">The table refuses a row: <see cref="ServerError"/> says with what.</exception>
    public async Task<(long Moved, long Dropped)> MoveAsync(NpgsqlConnection connection, long from, long to,
        CancellationToken cancellationToken)
    {
        var before = await Target.StoredAsync(connection, cancellationToken);
        var moved = await ExecuteAsync(connection, _move, from, to, cancellationToken);
        // A merge by all columns has nothing to change in a row that is there.
        if (before is null || _mayTakeNone)
        {
            return (moved, 0);
        }

        await using var question = connection.Text(_given, ("from", from), ("to", to));
        var given = (long)(await question.ExecuteScalarAsync(cancellationToken))!;
        var stored = Feed.Mode == LoadMode.Merge ? moved : (await Target.StoredAsync(connection, cancellationToken))!.Value - before.Value;
        return (Math.Min(stored, given), Math.Max(given - stored, 0));
    }

    /// <summary>Adds all rows, as long as none has landed again: they lie in the order of their lines, and need not be sorted.</summary>
    /// <returns>As <see cref="MoveAsync"/>; no row is dropped.</returns>
    /// <exception cref="Exception">The table refuses a row: <see cref="ServerError"/> says with what.</exception>
    public async Task<(long Moved, long Dropped)> MoveAllAsync(NpgsqlConnection connection, CancellationToken cancellationToken)
    {
        if (_moveAll is null)
        {
            return await MoveAsync(connection, 0, long.MaxValue, cancellationToken);
        }

        await using var move = connection.Text(_moveAll);
        return (await connection.LimitedAsync(What, () => move.ExecuteNonQueryAsync(cancellationToken)), 0);
    }

    private async Task<long> ExecuteAsync(
        NpgsqlConnection connection, string statement, long from, long to, CancellationToken cancellationToken)
    {
        if (!_isGuarded)
        {
            await using var move = connection.Text(statement, ("from", from), ("to", to));
            return await connection.LimitedAsync(What, () => move.ExecuteNonQueryAsync(cancellationToken));
        }

        await using var guarded = connection.Text(EmbeddedSql.Get("Load/guarded_move"));
        await using var keep = connection.Embedded("Load/keep_move", ("statement", statement), ("from", from), ("to", to));
        await keep.ExecuteNonQueryAsync(cancellationToken);
        await connection.LimitedAsync(What, () => guarded.ExecuteNonQueryAsync(cancellationToken));
        await using var moved = connection.Embedded("Load/moved_rows");
        return (long)(await moved.ExecuteScalarAsync(cancellationToken))!;
    }

    /// <summary>The column as it waits: what the server alone can parse as text.</summary>
    public static string Landed(TargetColumn column) => (column.Codec, column.IsDomain) switch
    {
        (null, _) => $"{TableName.Quote(column.Name)}::pg_catalog.text as {TableName.Quote(column.Name)}",
        // Its checks are for the table to judge, row by row.
        (_, true) => $"{TableName.Quote(column.Name)}::{column.BaseType} as {TableName.Quote(column.Name)}",
        _ => TableName.Quote(column.Name),
    };

    private static string NamesOf(IEnumerable<TargetColumn> columns) =>
        string.Join(", ", columns.Select(column => TableName.Quote(column.Name)));

    private string What => $"moving rows of {Feed.Name} into {Target.Name}";

    private string MoveInto => $"insert into {Target.Name.Quoted} ({NamesOf(Columns)}) overriding system value";

    private string RangeMoved => _isGuarded ? GuardedRange : Range;

    private string Moved(IReadOnlyList<string> key) => string.Join(", ", Columns.Where(column => key.Contains(column.Name)).Select(Moved));

    /// <summary>The column as it is moved: what waits as text is parsed.</summary>
    public string Moved(TargetColumn column)
    {
        var waiting = Plain.Contains(column) ? TableName.Quote(column.Name) : $"({Rest}).{TableName.Quote(column.Name)}";
        return column.Codec is null ? $"{waiting}::{column.BaseType}" : waiting;
    }

    /// <summary>
    /// Of several rows with the key that a feed merges on, the last of the file counts, as if each were a file of its own.
    /// </summary>
    private string MoveStatement(IReadOnlyList<string> key)
    {
        var keys = Moved(key);
        var replaced = string.Join(", ",
            Columns.Select(column => column.Name).Except(key).Select(TableName.Quote).Select(name => $"{name} = excluded.{name}"));
        var (distinct, order, conflict) = key.Count == 0
            ? ("", Line, "")
            : ($"distinct on ({keys})", $"{keys}, {Line} desc",
                $"on conflict ({string.Join(", ", key.Select(TableName.Quote))}) do "
                    + $"{(replaced.Length == 0 ? "nothing" : $"update set {replaced}")}");
        return $"""
            {MoveInto}
            select {distinct} {string.Join(", ", Columns.Select(Moved))} from {Name}
            where {RangeMoved} order by {order}
            {conflict}
            """;
    }
}
