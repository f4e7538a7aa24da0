using EtlWorker.Domain.Pipelines;
using EtlWorker.Storage;
using Npgsql;

namespace EtlWorker.Running;

/// <summary>Says who holds the lock on a table that a run waits for.</summary>
internal static class LockHolders
{
    private const int MostNamed = 3;

    /// <param name="connection">The run's session, outside of a transaction.</param>
    /// <param name="definition">Whose tables the run needs.</param>
    /// <param name="cancellationToken">Cancels the question.</param>
    /// <returns>Cause and remedy.</returns>
    public static async Task<(string Cause, string Remedy)> DescribeAsync(
        NpgsqlConnection connection, PipelineDefinition definition, CancellationToken cancellationToken)
    {
        var tables = definition.Feeds.Select(feed => (Name: TableName.Parse(feed.Table), IsEmptied: !feed.Accumulates))
            .Concat(definition.Analyses.Select(analysis => (Name: TableName.Parse(analysis.Table), IsEmptied: false))).ToList();
        var holders = new List<(string Table, int Session, string Text)>();
        await using var command = connection.Embedded("Running/lock_holders",
            ("schemas", tables.Select(table => table.Name.Schema).ToArray()), ("tables", tables.Select(table => table.Name.Name).ToArray()),
            ("emptied", tables.Select(table => table.IsEmptied).ToArray()));
        await using (var reader = await command.ExecuteReaderAsync(cancellationToken))
        {
            while (await reader.ReadAsync(cancellationToken))
            {
                holders.Add(
                    (reader.Get<string>(0), reader.Get<int>(1), $"session {reader.Get<int>(1)} (user {reader.Get<string>(2)}, "
                        + $"application {reader.Get<string>(3)})"));
            }
        }

        if (holders.Count == 0)
        {
            return (
                "another session holds a lock that the run needs, and it could no longer be seen which",
                "Look for long transactions in pg_stat_activity.");
        }

        var named = holders.Take(MostNamed).Select(holder => $"{holder.Table} by {holder.Text}");
        var more = holders.Count > MostNamed ? $" and {holders.Count - MostNamed} more" : "";
        return (
            $"another session holds a lock that the run needs: {string.Join(", ", named)}{more}",
            $"Have it end its transaction, or end the session: select pg_terminate_backend({holders[0].Session}).");
    }
}
