using EtlWorker.Faults;
using EtlWorker.Storage;

namespace EtlWorker.Running;

/// <summary>Which pipeline has waited longest: the ledger knows.</summary>
internal sealed class WorkOrder(Database database)
{
    /// <summary>By the claim of an unfinished run, else by the oldest drop that waits. Where none is known, as they are.</summary>
    public async Task<IReadOnlyList<PipelineTurn>> OldestFirstAsync(
        IReadOnlyList<PipelineTurn> turns, CancellationToken cancellationToken)
    {
        if (turns.Count < 2)
        {
            return turns;
        }

        var since = new Dictionary<string, DateTimeOffset>();
        await BestEffort.TryAsync(async () =>
        {
            await using var connection = await database.OpenAsync(cancellationToken);
            await using var command = connection.Embedded(
                "Running/oldest_work", ("pipelines", turns.Select(turn => turn.Pipeline).ToArray()));
            await using var reader = await command.ExecuteReaderAsync(cancellationToken);
            while (await reader.ReadAsync(cancellationToken))
            {
                since[reader.Get<string>(0)] = reader.Get<DateTimeOffset?>(1) ?? DateTimeOffset.MaxValue;
            }
        });
        return [.. turns.OrderBy(turn => since.GetValueOrDefault(turn.Pipeline, DateTimeOffset.MaxValue))];
    }
}
