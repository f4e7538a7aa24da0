using EtlWorker.Domain.Runs;
using EtlWorker.Storage;
using Npgsql;

namespace EtlWorker.Ledger;

/// <summary>
/// Sees that a connection is one session of the server's, before a lock is taken that a session holds. A pooler that gives a server
/// process to whoever begins a transaction would leave the lock with the process: nobody could take it any more, or anybody.
/// </summary>
internal static class SessionCheck
{
    private const int Tries = 8;

    /// <exception cref="RunFailedException">There is a pooler that shares sessions.</exception>
    public static async Task RequireAsync(NpgsqlConnection connection, Database database, CancellationToken cancellationToken)
    {
        var backend = await BackendAsync(connection, cancellationToken);
        // The server itself says at once which process it will be; a pooler says a number of its own.
        if (backend == connection.ProcessID)
        {
            return;
        }

        // In turn: who asks gets the process that the other has just left, or, if somebody else was quicker, another one than before.
        await using var other = await database.OpenSessionAsync(cancellationToken);
        for (var tried = 0; tried < Tries; tried++)
        {
            if (await BackendAsync(other, cancellationToken) == backend || await BackendAsync(connection, cancellationToken) != backend)
            {
                throw Pooled();
            }
        }
    }

    private static async Task<int> BackendAsync(NpgsqlConnection connection, CancellationToken cancellationToken)
    {
        await using var command = connection.Embedded("Storage/backend");
        return (int)(await command.ExecuteScalarAsync(cancellationToken))!;
    }

    private static RunFailedException Pooled() => new(
        "the database is reached through a pooler that gives each transaction another session, which cannot hold the pipeline's lock",
        "Let DATABASE__CONNECTIONSTRING name the server itself, or a pool of its own for etlworker in session mode (PgBouncer: "
            + "pool_mode = session).");
}
