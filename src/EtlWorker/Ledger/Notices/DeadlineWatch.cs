using EtlWorker.Storage;
using Npgsql;

namespace EtlWorker.Ledger.Notices;

/// <summary>Up to when a pipeline's deadlines were looked at, so that each missed one is told once, whoever looks.</summary>
internal static class DeadlineWatch
{
    /// <summary>
    /// Begins a look, within the transaction that writes the warnings: another worker's look waits, and then has nothing to warn of.
    /// </summary>
    /// <param name="connection">The connection.</param>
    /// <param name="pipeline">The pipeline's name.</param>
    /// <param name="until">Up to when deadlines count as done with, where nobody has looked before.</param>
    /// <param name="cancellationToken">Cancels the statement.</param>
    /// <returns>Up to when deadlines were looked at; null when this is the first look.</returns>
    public static async Task<DateTimeOffset?> BeginAsync(
        NpgsqlConnection connection, string pipeline, DateTimeOffset until, CancellationToken cancellationToken)
    {
        await using (var first = connection.Embedded("Ledger/Notices/watch_deadlines", ("pipeline", pipeline), ("until", until)))
        {
            if (await first.ExecuteNonQueryAsync(cancellationToken) == 1)
            {
                return null;
            }
        }

        await using var command = connection.Embedded("Ledger/Notices/judged_deadlines", ("pipeline", pipeline));
        await using var reader = await command.ExecuteReaderAsync(cancellationToken);
        return await reader.ReadAsync(cancellationToken) ? reader.Get<DateTimeOffset>(0) : null;
    }

    /// <summary>Within the transaction that writes the warnings.</summary>
    public static async Task MoveAsync(
        NpgsqlConnection connection, string pipeline, DateTimeOffset until, CancellationToken cancellationToken)
    {
        await using var command = connection.Embedded("Ledger/Notices/judge_deadlines", ("pipeline", pipeline), ("until", until));
        await command.ExecuteNonQueryAsync(cancellationToken);
    }
}
