using EtlWorker.Domain.Pipelines;
using EtlWorker.Domain.Runs;
using EtlWorker.Ledger.Runs;
using EtlWorker.Storage;

namespace EtlWorker.Running;

/// <summary>Asks PostgreSQL who holds the lock on a table that a run waits for.</summary>
internal sealed class LockHolders : ILockHolders
{
    private const int MostNamed = 3;

    public async Task<Fault> DescribeAsync(RunSession session, Fault fault, CancellationToken cancellationToken)
    {
        var definition = session.Pipeline;
        var tables = definition.Feeds.Select(feed => (Name: TableName.Parse(feed.Table), IsEmptied: !feed.IsIncremental))
            .Concat(definition.Analyses.Select(analysis => (Name: TableName.Parse(analysis.Table), IsEmptied: false))).ToList();
        var holders = new List<(string Table, int Session, string Text)>();
        await using var command = session.Connection.Embedded("Running/lock_holders",
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
            return fault with
            {
                Cause = "another session holds a lock that the run needs, and it could no longer be seen which",
                Remedy = "Look for long transactions in pg_stat_activity.",
            };
        }

        var named = holders.Take(MostNamed).Select(holder => $"{holder.Table} by {holder.Text}");
        var more = holders.Count > MostNamed ? $" and {holders.Count - MostNamed} more" : "";
        return fault with
        {
            Cause = $"another session holds a lock that the run needs: {string.Join(", ", named)}{more}",
            Remedy = $"Have it end its transaction, or end the session: select pg_terminate_backend({holders[0].Session}).",
        };
    }
}
