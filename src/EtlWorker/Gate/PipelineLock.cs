using EtlWorker.Storage;
using Npgsql;

namespace EtlWorker.Gate;

/// <summary>
/// The session lock of a pipeline, held on the data connection from before the claim to the last notice: whoever finds it
/// free knows that nobody is at work. PostgreSQL frees it when the connection ends, however it ends.
/// </summary>
internal static class PipelineLock
{
    /// <param name="connection">A session of its own; the lock is held until it is closed.</param>
    /// <param name="pipeline">The pipeline's name.</param>
    /// <param name="cancellationToken">Cancels the question.</param>
    public static async Task<bool> TryTakeAsync(NpgsqlConnection connection, string pipeline, CancellationToken cancellationToken)
    {
        await using var command = connection.Embedded("Gate/try_lock", ("pipeline", pipeline));
        return await command.ExecuteScalarAsync(cancellationToken) is true;
    }
}
