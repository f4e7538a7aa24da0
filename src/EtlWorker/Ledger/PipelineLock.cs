using EtlWorker.Domain.Runs;
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
    /// <exception cref="RunFailedException">The database is reached in a way that cannot hold a lock.</exception>
    public static async Task<bool> TryTakeAsync(
        NpgsqlConnection connection, Database database, string pipeline, CancellationToken cancellationToken)
    {
        await SessionCheck.RequireAsync(connection, database, cancellationToken);
        await using var command = connection.Embedded("Ledger/try_lock", ("pipeline", pipeline));
        if (await command.ExecuteScalarAsync(cancellationToken) is not true)
        {
            return false;
        }

        await RequireTakenAsync(connection, pipeline, cancellationToken);
        return true;
    }

    /// <summary>Waits for whoever is at work, for half a minute.</summary>
    /// <returns>False when it took longer.</returns>
    /// <exception cref="RunFailedException">The database is reached in a way that cannot hold a lock.</exception>
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

        await RequireTakenAsync(connection, pipeline, cancellationToken);
        return true;
    }

    /// <summary>Sees that somebody else's SQL left the lock where it was: <c>pg_advisory_unlock_all</c> frees it.</summary>
    /// <param name="connection">The session that took the lock.</param>
    /// <param name="pipeline">The pipeline's name.</param>
    /// <param name="subject">What may have freed it, for the message.</param>
    /// <param name="cancellationToken">Cancels the question.</param>
    /// <exception cref="RunFailedException">It is free, or another session's: nothing of this run may be committed.</exception>
    public static async Task RequireAsync(
        NpgsqlConnection connection, string pipeline, string subject, CancellationToken cancellationToken)
    {
        var isHeld = await IsHeldAsync(connection, pipeline, cancellationToken);
        // Where it is held a second time, which tells a session's lock from a transaction's: that one would end with COMMIT. Where it is
        // not, for what is still to be written of this run. If another session was quicker, the run may be its own by now: by its attempt
        // the ledger knows which of the two counts.
        await using var again = connection.Embedded("Ledger/try_lock", ("pipeline", pipeline));
        var isAgain = await again.ExecuteScalarAsync(cancellationToken) is true;
        if (isHeld && isAgain)
        {
            return;
        }

        throw new RunFailedException(
            $"{subject} freed the lock of pipeline {pipeline}, so that another run could have begun beside this one"
                + (isAgain ? "" : ": another session has it now"),
            "Take the functions that free advisory locks, such as pg_advisory_unlock_all, out of it and out of what it calls.")
        {
            IsOfFile = false,
        };
    }

    /// <summary>Sees that the lock just taken is there.</summary>
    /// <exception cref="RunFailedException">The session changed, or the engine has no such locks.</exception>
    private static async Task RequireTakenAsync(NpgsqlConnection connection, string pipeline, CancellationToken cancellationToken)
    {
        if (!await IsHeldAsync(connection, pipeline, cancellationToken))
        {
            throw new RunFailedException(
                "the database does not hold the pipeline's lock that it has just given: it has no session advisory locks, "
                    + "or a pooler changes the session",
                "Use PostgreSQL 14 or newer, or an engine with session advisory locks, "
                    + "and let DATABASE__CONNECTIONSTRING name the server itself.");
        }
    }

    private static async Task<bool> IsHeldAsync(NpgsqlConnection connection, string pipeline, CancellationToken cancellationToken)
    {
        await using var command = connection.Embedded("Ledger/lock_is_held", ("pipeline", pipeline));
        return await command.ExecuteScalarAsync(cancellationToken) is true;
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
