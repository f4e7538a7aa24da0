using EtlWorker.Storage;
using Npgsql;

namespace EtlWorker.Ledger;

/// <summary>
/// The session lock of a pipeline, held on the data connection from before the claim to the last notice: whoever finds it
/// free knows that nobody is at work. PostgreSQL frees it when the connection ends, however it ends.
/// </summary>
internal static class PipelineLock
{
    /// <param name="connection">A session of its own; the lock is held until it is closed.</param>
    /// <param name="database">Of which it is a session.</param>
    /// <param name="pipeline">The pipeline's name.</param>
    /// <param name="cancellationToken">Cancels the question.</param>
    /// <exception cref="Domain.Runs.RunFailedException">The database is reached in a way that cannot hold a lock.</exception>
    public static async Task<bool> TryTakeAsync(
        NpgsqlConnection connection, Database database, string pipeline, CancellationToken cancellationToken)
    {
        await SessionCheck.RequireAsync(connection, database, cancellationToken);
        await using var command = connection.Embedded("Ledger/try_lock", ("pipeline", pipeline));
        if (await command.ExecuteScalarAsync(cancellationToken) is not true)
        {
            return false;
        }

        await SessionCheck.RequireLockAsync(connection, cancellationToken);
        return true;
    }

    /// <summary>Waits for whoever is at work, for half a minute.</summary>
    /// <returns>False when it took longer.</returns>
    /// <exception cref="Domain.Runs.RunFailedException">The database is reached in a way that cannot hold a lock.</exception>
    public static async Task<bool> WaitAsync(
        NpgsqlConnection connection, Database database, string pipeline, CancellationToken cancellationToken)
    {
        await SessionCheck.RequireAsync(connection, database, cancellationToken);
        try
        {
            await using var command = connection.Embedded("Ledger/take_lock", ("pipeline", pipeline));
            await command.ExecuteNonQueryAsync(cancellationToken);
        }
        catch (Exception busy) when (ServerError.IsLockNotAvailable(busy))
        {
            return false;
        }

        await SessionCheck.RequireLockAsync(connection, cancellationToken);
        return true;
    }

    /// <param name="connection">Any session.</param>
    /// <param name="pipeline">The pipeline's name.</param>
    /// <param name="worker">Who asks.</param>
    /// <param name="cancellationToken">Cancels the question.</param>
    /// <returns>Null when the lock is free by now.</returns>
    public static async Task<LockHolder?> HolderAsync(
        NpgsqlConnection connection, string pipeline, string worker, CancellationToken cancellationToken)
    {
        await using var command = connection.Embedded("Ledger/lock_holder", ("pipeline", pipeline), ("worker", worker));
        await using var reader = await command.ExecuteReaderAsync(cancellationToken);
        return await reader.ReadAsync(cancellationToken)
            ? new LockHolder(
                reader.Get<int>(0), reader.Get<string>(1), reader.Get<string>(2), reader.Get<string>(3), reader.Get<DateTimeOffset?>(4),
                reader.Get<bool>(5))
            : null;
    }
}
