using System.Diagnostics;
using EtlWorker.Domain.Runs;
using Npgsql;

namespace EtlWorker.Storage;

/// <summary>
/// How long one statement of a run may take. The server ends it; the worker does, a little later, where the server has fallen silent.
/// </summary>
internal static class StatementLimit
{
    public static readonly TimeSpan Default = TimeSpan.FromHours(2);

    private const string Key = "RUN__STATEMENTTIMEOUT";

    /// <summary>Two clocks agree to this.</summary>
    private const double Precision = 0.99;

    private static readonly TimeSpan Margin = TimeSpan.FromSeconds(30);

    /// <summary>A session's time limit on this side of the connection, in seconds, which tells the server's as well.</summary>
    public static int CommandTimeoutFor(TimeSpan limit) => (int)(limit + Margin).TotalSeconds;

    /// <summary>How long a statement of a session's may take.</summary>
    public static TimeSpan Of(NpgsqlConnection connection) => TimeSpan.FromSeconds(connection.CommandTimeout) - Margin;

    /// <summary>Carries out one statement of a run.</summary>
    /// <param name="connection">The data connection.</param>
    /// <param name="subject">What the statement is, for messages.</param>
    /// <param name="statement">Sends it, and reads all of its answer.</param>
    /// <exception cref="RunFailedException">It took longer than it may.
    /// A cancellation by somebody else stays the fault that it is.</exception>
    public static async Task<T> LimitedAsync<T>(this NpgsqlConnection connection, string subject, Func<Task<T>> statement)
    {
        var limit = Of(connection);
        var began = Stopwatch.GetTimestamp();
        try
        {
            return await statement();
        }
        // Of a person's cancellation the server says the same, but for words in a language of its own. A statement that takes no notice
        // of it is given up by this side, and its session with it.
        catch (NpgsqlException ended) when (
            ended is PostgresException { SqlState: PostgresErrorCodes.QueryCanceled } or { InnerException: TimeoutException }
            && Stopwatch.GetElapsedTime(began) >= limit * Precision)
        {
            throw new RunFailedException(
                $"{subject} took longer than {limit:c} ({Key}) and was ended",
                $"Make it faster, or find what it waited for (pg_stat_activity); a statement that needs longer needs a larger {Key}.",
                ended);
        }
    }

    /// <inheritdoc cref="LimitedAsync{T}"/>
    public static Task LimitedAsync(this NpgsqlConnection connection, string subject, Func<Task> statement) =>
        connection.LimitedAsync(subject, async () =>
        {
            await statement();
            return true;
        });
}
