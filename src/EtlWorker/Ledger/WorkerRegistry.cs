using EtlWorker.Definitions;
using EtlWorker.Faults;
using EtlWorker.Storage;
using Microsoft.Extensions.Logging;
using Npgsql;

namespace EtlWorker.Ledger;

/// <summary>
/// Says in the ledger that this worker is alive and with which definition it serves a pipeline: <c>etl.worker</c>. The same statement
/// shows that the ledger can be written, and what time it is there.
/// </summary>
internal sealed partial class WorkerRegistry(
    Database database, Pipeline pipeline, WorkerEntry entry, FormerNames names, LedgerClock clock, ILogger<WorkerRegistry> logger)
    : ILedgerProbe
{
    /// <summary>A database that does not answer holds up no stop.</summary>
    private static readonly TimeSpan FarewellLimit = TimeSpan.FromSeconds(2);

    /// <summary>A worker is seen at least every half minute; one that was not for this long counts as gone.</summary>
    public static readonly TimeSpan SilentAfter = TimeSpan.FromMinutes(2);

    /// <summary>The worker whose definition counts for a pipeline, or null: none was ever seen.</summary>
    public static async Task<SeenWorker?> NewestAsync(NpgsqlConnection connection, string pipeline, CancellationToken cancellationToken)
    {
        await using var command = connection.Embedded("Ledger/newest_worker", ("pipeline", pipeline), ("silent_after", SilentAfter));
        await using var reader = await command.ExecuteReaderAsync(cancellationToken);
        return await reader.ReadAsync(cancellationToken)
            ? new SeenWorker(reader.Get<string>(0), reader.Get<string>(1), reader.Get<DateTimeOffset>(2), reader.Get<bool>(3))
            : null;
    }

    /// <summary>
    /// Says that this worker does not serve the pipeline any more; one that cannot say so counts as gone after <see cref="SilentAfter"/>.
    /// </summary>
    public async Task LeaveAsync(CancellationToken cancellationToken)
    {
        using var briefly = new CancellationTokenSource(FarewellLimit, clock.Machine);
        using var either = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken, briefly.Token);
        await BestEffort.TryAsync(async () =>
        {
            await using var connection = await database.OpenAsync(either.Token);
            await using var command = connection.Embedded("Ledger/stop_worker", ("name", entry.Worker.Name), ("pipeline", pipeline.Name));
            await command.ExecuteNonQueryAsync(either.Token);
        }, fault => LogUnsaid(fault.Message));
    }

    public Pipeline Of => pipeline;

    /// <summary>The pipeline's name.</summary>
    public string Pipeline => pipeline.Name;

    public async Task ProbeAsync(CancellationToken cancellationToken)
    {
        await using var connection = await database.OpenAsync(cancellationToken);
        await SeenAsync(connection, cancellationToken);
    }

    /// <summary>Said before each receive and each step: at least every half minute.</summary>
    /// <exception cref="DatabaseUnreachableException">The pipeline's name is not settled.</exception>
    public async Task SeenAsync(NpgsqlConnection connection, CancellationToken cancellationToken)
    {
        var definition = pipeline.Definition;
        try
        {
            var asked = clock.GetTimestamp();
            var now = await SayAsync(
                connection, "Ledger/see_worker",
                [("name", entry.Worker.Name), ("pipeline", pipeline.Name), ("definition_hash", definition.Hash)], cancellationToken)
                ?? await RegisterAsync(connection, definition, cancellationToken);
            clock.Set(now, asked);
        }
        catch (Exception fault) when (ServerError.IsReadOnly(fault))
        {
            // Another server may be meant by now.
            database.ForgetConnections();
            throw;
        }
    }

    private async Task<DateTimeOffset> RegisterAsync(
        NpgsqlConnection connection, LoadedDefinition definition, CancellationToken cancellationToken)
    {
        await names.CarryPipelineAsync(connection, cancellationToken);
        await using (var keep = connection.Embedded("Ledger/keep_definition",
            ("hash", definition.Hash), ("pipeline", pipeline.Name), ("document", definition.Document), ("sql", definition.SqlAsJson()),
            ("now", clock.GetUtcNow())))
        {
            await keep.ExecuteNonQueryAsync(cancellationToken);
        }

        return await SayAsync(connection, "Ledger/register_worker",
            [("name", entry.Worker.Name), ("pipeline", pipeline.Name), ("definition_hash", definition.Hash), ("version", entry.Version)],
            cancellationToken)
            ?? throw new InvalidOperationException("The ledger gave no time.");
    }

    [LoggerMessage(LogLevel.Information, "That this worker stops is not in the ledger: {Fault}")]
    private partial void LogUnsaid(string fault);

    private static async Task<DateTimeOffset?> SayAsync(
        NpgsqlConnection connection, string path, (string, object?)[] parameters, CancellationToken cancellationToken)
    {
        await using var command = connection.Embedded(path, parameters);
        await using var reader = await command.ExecuteReaderAsync(cancellationToken);
        return await reader.ReadAsync(cancellationToken) ? reader.Get<DateTimeOffset>(0) : null;
    }
}
