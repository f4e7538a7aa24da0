using EtlWorker.Storage;
using Npgsql;

namespace EtlWorker.Ledger;

/// <summary>Up to when a pipeline's deadlines were looked at, so that each missed one is told once, whoever looks.</summary>
internal static class DeadlineWatch
{
    /// <returns>Null before the first look.</returns>
    public static async Task<DateTimeOffset?> JudgedUntilAsync(NpgsqlConnection connection, string pipeline, CancellationToken cancellationToken)
    {
        await using var command = connection.Embedded("Ledger/judged_deadlines", ("pipeline", pipeline));
        await using var reader = await command.ExecuteReaderAsync(cancellationToken);
        return await reader.ReadAsync(cancellationToken) ? reader.Get<DateTimeOffset>(0) : null;
    }

    /// <summary>Within the transaction that writes the warnings.</summary>
    public static async Task MoveAsync(NpgsqlConnection connection, string pipeline, DateTimeOffset until, CancellationToken cancellationToken)
    {
        await using var command = connection.Embedded("Ledger/judge_deadlines", ("pipeline", pipeline), ("until", until));
        await command.ExecuteNonQueryAsync(cancellationToken);
    }
}
