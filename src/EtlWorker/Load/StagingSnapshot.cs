using EtlWorker.Domain.Pipelines;
using EtlWorker.Storage;
using Npgsql;

namespace EtlWorker.Load;

/// <summary>
/// The newest run's rows, kept beside while an older date is made again: a run for such a date needs the staging tables and
/// must leave them as they were, in the same transaction.
/// </summary>
internal sealed class StagingSnapshot
{
    private readonly List<(FeedDefinition Feed, TableName Table, string Columns, string Kept)> _tables = [];

    /// <summary>Copies the tables of these feeds into temporary ones that end with the transaction.</summary>
    public static async Task<StagingSnapshot> TakeAsync(
        NpgsqlConnection connection, IReadOnlyList<FeedDefinition> feeds, CancellationToken cancellationToken)
    {
        var snapshot = new StagingSnapshot();
        foreach (var feed in feeds)
        {
            var table = await TableCatalogue.ReadAsync(connection, TableName.Parse(feed.Table), cancellationToken);
            var columns = string.Join(", ", table.Columns.Select(column => TableName.Quote(column.Name)));
            // No analysis knows the name: into a temporary table it could write.
            var kept = $"etl_kept_{Guid.NewGuid():N}";
            await using var keep = connection.Text(
                $"create temporary table {kept} on commit drop as select {columns} from {table.Name.Quoted}");
            await connection.LimitedAsync($"keeping the rows of {table.Name} aside", () => keep.ExecuteNonQueryAsync(cancellationToken));
            snapshot._tables.Add((feed, table.Name, columns, kept));
        }

        return snapshot;
    }

    /// <summary>Puts the rows back in the place of those that were loaded meanwhile.</summary>
    /// <param name="connection">The data connection, in the same transaction.</param>
    /// <param name="path">Where the tables' triggers look for names.</param>
    /// <param name="cancellationToken">Cancels it.</param>
    public async Task RestoreAsync(NpgsqlConnection connection, SearchPath path, CancellationToken cancellationToken)
    {
        await FeedLoader.EmptyAsync(connection, [.. _tables.Select(table => table.Feed)], path, cancellationToken);
        foreach (var (_, table, columns, kept) in _tables)
        {
            await using var restore = connection.Text(
                $"insert into {table.Quoted} ({columns}) overriding system value select {columns} from pg_temp.{kept}");
            await path.UseAsync(
                connection,
                () => connection.LimitedAsync($"putting the rows of {table} back", () => restore.ExecuteNonQueryAsync(cancellationToken)),
                cancellationToken);
        }
    }
}
