using EtlWorker.Storage;
using Npgsql;

namespace EtlWorker.Ledger.Notices;

/// <summary>Up to when a pipeline's deadlines were looked at, so that each missed one is reported once, whoever looks.</summary>
internal sealed class DeadlineWatch(NpgsqlConnection connection) : IDeadlineWatch
{
    public async Task<DateTimeOffset?> BeginAsync(string pipeline, DateTimeOffset until, CancellationToken cancellationToken)
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

    public async Task MoveAsync(string pipeline, DateTimeOffset until, CancellationToken cancellationToken)
    {
        await using var command = connection.Embedded("Ledger/Notices/judge_deadlines", ("pipeline", pipeline), ("until", until));
        await command.ExecuteNonQueryAsync(cancellationToken);
    }
}
