using EtlWorker.Domain.Drops;
using EtlWorker.Domain.Pipelines;
using EtlWorker.Storage;
using Npgsql;

namespace EtlWorker.Load;

/// <summary>
/// The keys and indexes of a table whose rows are replaced. To keep them while rows come costs more than the rows: they are taken away
/// before and made again after, as they were. They stay in place where that is not allowed, or saves nothing.
/// </summary>
internal sealed class TableIndexes
{
    private const string Savepoint = "etl_indexes";
    private readonly TableName _table;
    private readonly IndexOptions _options;
    private readonly IReadOnlyList<string> _remove, _make;

    private TableIndexes(TableName table, IndexOptions options, string? obstacle, IReadOnlyList<(bool Removes, string Text)> statements)
    {
        (_table, _options, Obstacle) = (table, options, obstacle);
        _remove = [.. statements.Where(statement => statement.Removes).Select(statement => statement.Text)];
        _make = [.. statements.Where(statement => !statement.Removes).Select(statement => statement.Text)];
    }

    /// <summary>Why they stay in place; null where they are made again.</summary>
    public string? Obstacle { get; private set; }

    /// <summary>Which way was taken, for the ledger.</summary>
    public string Way => Obstacle is null ? "rebuilt" : $"in place: {Obstacle}";

    /// <summary>Looks up whether they can be made again, and by which statements.</summary>
    public static async Task<TableIndexes> OfAsync(
        NpgsqlConnection connection, FeedJob job, TableName table, IndexOptions options, CancellationToken cancellationToken)
    {
        var obstacle = ObstacleOf(job, options) ?? await AskAsync(connection, table, cancellationToken);
        return new TableIndexes(table, options, obstacle, obstacle is null ? await ReadAsync(connection, table, cancellationToken) : []);
    }

    /// <summary>Fills the table without them, and makes them again.</summary>
    /// <param name="connection">The data connection, in a savepoint that the caller returns to when the table refuses a row.</param>
    /// <param name="fill">Brings the rows.</param>
    /// <param name="cancellationToken">Cancels it.</param>
    /// <returns>What <paramref name="fill"/> did.</returns>
    /// <exception cref="Exception">An index refuses rows: <see cref="ServerError"/> says with what.</exception>
    public async Task<T> FillAsync<T>(NpgsqlConnection connection, Func<Task<T>> fill, CancellationToken cancellationToken)
    {
        if (Obstacle is not null || !await TryRemoveAsync(connection, cancellationToken))
        {
            return await fill();
        }

        var filled = await fill();
        try
        {
            await MakeAsync(connection, cancellationToken);
        }
        catch (Exception fault) when (ServerError.Of(fault) is { } refusal && TableRefusal.Is(refusal))
        {
            Obstacle = $"one could not be made over the rows (SQLSTATE {refusal.SqlState})";
            throw;
        }

        return filled;
    }

    private async Task MakeAsync(NpgsqlConnection connection, CancellationToken cancellationToken)
    {
        if (_options.Memory is { } memory)
        {
            await connection.ExecuteAsync($"set local maintenance_work_mem = '{memory}'", cancellationToken);
        }

        foreach (var statement in _make)
        {
            await using var command = connection.Text(statement);
            await connection.LimitedAsync($"making the indexes of {_table} again", () => command.ExecuteNonQueryAsync(cancellationToken));
        }

        await connection.ExecuteAsync(
            "set local default_tablespace to default; set local maintenance_work_mem to default", cancellationToken);
    }

    private static string? ObstacleOf(FeedJob job, IndexOptions options) =>
        job.Feed.IsIncremental ? "the feed adds to the table"
        : !job.IsTruncated ? "its rows were deleted one by one"
        : job.Parts > 1 ? "the feed has several files"
        : job.Drop.Size != Drop.UnknownSize && job.Drop.Size < options.RebuildFrom ? "few rows"
        // Made over a bad row, an index may end the session: with the indexes in place the server catches what a row meets.
        : job.IsGuarded ? "an attempt before lost its session by a row"
        : null;

    private static async Task<string?> AskAsync(NpgsqlConnection connection, TableName table, CancellationToken cancellationToken)
    {
        await using var command = connection.Embedded("Load/index_obstacle", ("schema", table.Schema), ("table", table.Name));
        return await command.ExecuteScalarAsync(cancellationToken) as string;
    }

    private static async Task<IReadOnlyList<(bool Removes, string Text)>> ReadAsync(
        NpgsqlConnection connection, TableName table, CancellationToken cancellationToken)
    {
        var statements = new List<(bool, string)>();
        await using var command = connection.Embedded("Load/index_statements", ("schema", table.Schema), ("table", table.Name));
        await using var reader = await command.ExecuteReaderAsync(cancellationToken);
        while (await reader.ReadAsync(cancellationToken))
        {
            statements.Add((reader.Get<bool>(0), reader.Get<string>(1)));
        }

        return statements;
    }

    /// <summary>What keeps an index from going, although the catalogue did not tell, keeps it in place.</summary>
    private async Task<bool> TryRemoveAsync(NpgsqlConnection connection, CancellationToken cancellationToken)
    {
        await connection.ExecuteAsync($"savepoint {Savepoint}", cancellationToken);
        try
        {
            foreach (var statement in _remove)
            {
                await connection.ExecuteAsync(statement, cancellationToken);
            }

            await connection.ExecuteAsync($"release savepoint {Savepoint}", cancellationToken);
            return true;
        }
        catch (Exception fault) when (ServerError.Of(fault) is { } refusal && TableRefusal.IsOfStatement(refusal))
        {
            await connection.ExecuteAsync($"rollback to savepoint {Savepoint}; release savepoint {Savepoint}", cancellationToken);
            Obstacle = $"PostgreSQL keeps one (SQLSTATE {refusal.SqlState})";
            return false;
        }
    }
}
