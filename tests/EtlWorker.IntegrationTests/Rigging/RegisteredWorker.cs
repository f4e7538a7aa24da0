using EtlWorker.Definitions;
using EtlWorker.Ledger;
using EtlWorker.Storage;
using Microsoft.Extensions.Logging.Abstractions;
using Microsoft.Extensions.Time.Testing;

namespace EtlWorker.IntegrationTests.Rigging;

/// <summary>What the ledger knows of workers, for what is about them being there or gone.</summary>
internal static class RegisteredWorker
{
    /// <summary>A worker that has just begun with the definition as it stands now.</summary>
    /// <returns>The definition's hash.</returns>
    public static async Task<string> RegisterWorkerAsync(this Rig rig, string name = "test:1")
    {
        var definition = DefinitionFile.Read(rig.Environment["ETLWORKER__PIPELINE__DEFINITION"]);
        await using var database = new Database(new DatabaseOptions(rig.ConnectionString, null));
        await using var connection = await database.OpenAsync(rig.Token);
        var pipeline = new Pipeline(definition);
        await new WorkerRegistry(
            database, pipeline, new WorkerEntry(new WorkerName(name), "1.0.0"), new FormerNames(pipeline, NullLogger<FormerNames>.Instance),
            new LedgerClock(new FakeTimeProvider()), NullLogger<WorkerRegistry>.Instance).SeenAsync(connection, rig.Token);
        return definition.Hash;
    }

    /// <summary>No worker has been seen for this long.</summary>
    public static Task SilenceWorkersAsync(this Rig rig, string forSoLong) =>
        rig.ExecuteAsync($"update etl.worker set seen_at = now() - interval '{forSoLong}'");
}
