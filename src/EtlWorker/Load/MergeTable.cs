using EtlWorker.Domain.Runs;
using EtlWorker.Storage;
using Npgsql;

namespace EtlWorker.Load;

/// <summary>Where the rows of a feed that merges are copied first: a temporary table like the feed's own, without its keys.</summary>
internal sealed class MergeTable
{
    private const string Name = "etl_merge";
    private readonly TargetTable _target;
    private readonly IReadOnlyList<string> _key;

    private MergeTable(TargetTable target, IReadOnlyList<string> key) => (_target, _key) = (target, key);

    /// <summary>What COPY fills instead of the feed's table.</summary>
    public TargetTable Table => new(new TableName("pg_temp", Name), _target.Columns);

    /// <exception cref="RunFailedException">The feed's table has no primary key to merge on.</exception>
    public static async Task<MergeTable> CreateAsync(NpgsqlConnection connection, TargetTable target, CancellationToken cancellationToken)
    {
        var key = await ResultTable.KeyOfAsync(connection, target.Name, cancellationToken);
        if (key.Count == 0)
        {
            throw new RunFailedException($"the table {target.Name} has no primary key, by which a feed of mode merge knows its rows", "Give it one, or have the feed append or replace.");
        }

        await using var create = connection.Text(
            $"drop table if exists pg_temp.{Name}; create temporary table {Name} (like {target.Name.Quoted} including defaults including generated including identity) on commit drop");
        await create.ExecuteNonQueryAsync(cancellationToken);
        return new MergeTable(target, key);
    }

    /// <summary>Adds the rows, or replaces those with the same key; of several in the file the last counts.</summary>
    public async Task ApplyAsync(NpgsqlConnection connection, IEnumerable<TargetColumn> copied, CancellationToken cancellationToken)
    {
        var names = copied.Select(column => column.Name).ToList();
        var columns = string.Join(", ", names.Select(TableName.Quote));
        var key = string.Join(", ", _key.Select(TableName.Quote));
        var replaced = string.Join(", ", names.Except(_key).Select(TableName.Quote).Select(column => $"{column} = excluded.{column}"));
        await using var merge = connection.Text(
            $"""
            insert into {_target.Name.Quoted} ({columns}) overriding system value
            select distinct on ({key}) {columns} from pg_temp.{Name} order by {key}, ctid desc
            on conflict ({key}) do {(replaced.Length == 0 ? "nothing" : $"update set {replaced}")}
            """);
        await merge.ExecuteNonQueryAsync(cancellationToken);
    }
}
