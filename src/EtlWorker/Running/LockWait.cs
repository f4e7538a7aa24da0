using EtlWorker.Storage;
using Npgsql;

namespace EtlWorker.Running;

/// <summary>
/// Waits for a table's lock by many short waits with pauses: whoever wants to read the table queues behind a waiting TRUNCATE, and so
/// never for longer than one of them.
/// </summary>
internal sealed class LockWait(TimeProvider time)
{
    /// <summary>For each statement of the transaction: how long it may stand in a lock's queue.</summary>
    private const string Limit = "set local lock_timeout = '3s'";
    private const string Savepoint = "etl_lock_wait";
    private static readonly TimeSpan ShortestPause = TimeSpan.FromSeconds(1);
    private static readonly TimeSpan LongestPause = TimeSpan.FromSeconds(4);

    /// <summary>How long before the caller hears of it: it says who holds the lock, and comes again.</summary>
    private static readonly TimeSpan Round = TimeSpan.FromSeconds(30);

    /// <summary>From now on no statement of the transaction waits longer for a lock.</summary>
    public static Task LimitAsync(NpgsqlConnection connection, CancellationToken cancellationToken) =>
        connection.ExecuteAsync(Limit, cancellationToken);

    /// <summary>Executes what needs a lock that somebody else may hold, in the run's transaction.</summary>
    /// <exception cref="Exception">lock_not_available, by <see cref="ServerError"/>: the lock was not to be had for half a minute.
    /// Or what the statement itself met.</exception>
    public async Task<T> ExecuteAsync<T>(NpgsqlConnection connection, Func<Task<T>> statement, CancellationToken cancellationToken)
    {
        var began = time.GetTimestamp();
        while (true)
        {
            await connection.ExecuteAsync($"savepoint {Savepoint}", cancellationToken);
            try
            {
                var result = await statement();
                await connection.ExecuteAsync($"release savepoint {Savepoint}", cancellationToken);
                return result;
            }
            catch (Exception busy) when (ServerError.IsLockNotAvailable(busy) && time.GetElapsedTime(began) < Round)
            {
                await connection.ExecuteAsync($"rollback to savepoint {Savepoint}", cancellationToken);
                await Task.Delay(ShortestPause + ((LongestPause - ShortestPause) * Random.Shared.NextDouble()), time, cancellationToken);
            }
        }
    }
}
