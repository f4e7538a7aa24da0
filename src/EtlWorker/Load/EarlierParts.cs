using EtlWorker.Domain.Drops;
using EtlWorker.Domain.Pipelines;
using EtlWorker.Storage;
using Npgsql;

namespace EtlWorker.Load;

/// <summary>
/// The rows of a snapshot's earlier parts with their lines, so that a row with the same key can be named by file and line. They are read
/// again for that, and only once the table has refused a row of a later part.
/// </summary>
/// <param name="parts">The feed's drops, in the order in which they are loaded.</param>
/// <param name="open">Opens a drop's bytes.</param>
internal sealed class EarlierParts(IReadOnlyList<Drop> parts, Func<Drop, CancellationToken, Task<Stream>> open)
{
    public const string Name = "pg_temp.etl_earlier";
    public const string Part = "\"etl: part\"";

    /// <summary>A row that its own part refused is no concern of this one.</summary>
    private static readonly RejectLimit NoLimit = new() { Max = long.MaxValue, MaxPercent = 100 };

    private int _landed;

    /// <summary>The key of the object that a number in the table stands for.</summary>
    public string KeyOf(int part) => parts[part].Key;

    /// <summary>Has the table hold the rows of every part before the one that is loaded now.</summary>
    public async Task LandAsync(
        NpgsqlConnection connection, TargetTable table, FeedJob job, FeedLoader loader, CancellationToken cancellationToken)
    {
        if (_landed == 0)
        {
            var all = string.Join(", ", table.Columns.Select(LandingTable.Landed));
            await connection.ExecuteAsync(
                $"""
                drop table if exists {Name};
                create temporary table etl_earlier on commit drop as
                select null::pg_catalog.int4 as {Part}, null::pg_catalog.int8 as {LandingTable.Line}, {all}
                from {table.Name.Quoted} with no data
                """, cancellationToken);
        }

        while (parts[_landed].Id != job.Drop.Id)
        {
            var earlier = job with { Drop = parts[_landed], Limit = NoLimit, Before = FeedTotals.None, IsLast = false };
            await using var content = await open(earlier.Drop, cancellationToken);
            var unheeded = new RejectLog(earlier, (_, _, _) => Task.CompletedTask);
            var copied = await loader.CopyAsync(connection, earlier, table, unheeded, content, RowOrigin.Line, cancellationToken);
            var columns = string.Join(", ", copied.Header.Columns.Select(column => TableName.Quote(column.Name)));
            await connection.ExecuteAsync(
                $"""
                insert into {Name} ({Part}, {LandingTable.Line}, {columns})
                select {_landed}, {LandingTable.Line}, {columns} from {LandingTable.Name}
                """, cancellationToken);
            _landed++;
        }
    }
}
