using System.Globalization;
using EtlWorker.Definitions;
using EtlWorker.Ledger;

namespace EtlWorker.Recovery;

/// <summary>
/// The definition by which a person's command acts: that of the worker that will do the work, and where none is alive that of the command's
/// own configuration, for that is what a worker begins with. The two differ until the worker looks at a changed definition, or while it
/// refuses it.
/// </summary>
/// <param name="Definition">The definition that counts.</param>
/// <param name="Worker">The worker that will do the work, or, not alive, the last one seen; null where none was ever seen.</param>
/// <param name="OwnHash">The definition of the command's own configuration.</param>
internal sealed record CountingDefinition(LoadedDefinition Definition, SeenWorker? Worker, string OwnHash)
{
    /// <param name="session">Any session.</param>
    /// <param name="own">The definition of the command's own configuration.</param>
    /// <param name="cancellationToken">Cancels the reading.</param>
    public static async Task<CountingDefinition> FindAsync(
        ILedgerSession session, LoadedDefinition own, CancellationToken cancellationToken)
    {
        var worker = await WorkerRegistry.NewestAsync(session.Connection, own.Pipeline.Name, cancellationToken);
        if (worker is not { IsAlive: true } || worker.DefinitionHash == own.Hash)
        {
            return new CountingDefinition(own, worker, own.Hash);
        }

        var (document, sql) = await session.Runs.DefinitionAsync(worker.DefinitionHash, cancellationToken);
        return new CountingDefinition(DefinitionFile.FromLedger(document, sql), worker, own.Hash);
    }

    /// <summary>Whose definition it is, in a sentence for a person.</summary>
    public string Describe() => this switch
    {
        { Worker: { IsAlive: true } worker } when Definition.Hash == OwnHash =>
            $"Definition {Short(OwnHash)}, that of worker {worker.Name}.",
        { Worker: { IsAlive: true } worker } =>
            $"Definition {Short(Definition.Hash)} of worker {worker.Name}, not {Short(OwnHash)} of this configuration: "
            + "the worker takes a changed definition when it looks again (PIPELINE__REFRESH), or has refused it (etl.refused_definition).",
        _ => $"Definition {Short(OwnHash)} of this configuration: no worker of {Definition.Pipeline.Name} is running.",
    };

    /// <summary>That nobody is there to do the work, and what to do; null where somebody is.</summary>
    public string? Warning()
    {
        if (Worker is { IsAlive: true })
        {
            return null;
        }

        var since = Worker is null ? "" : string.Create(
            CultureInfo.InvariantCulture, $" since {Worker.SeenAt.UtcDateTime:yyyy-MM-dd HH:mm:ss} UTC");
        return $"No worker of {Definition.Pipeline.Name} has been seen{since}: nothing happens until one runs. "
            + "See systemctl status etlworker; systemctl start etlworker starts it.";
    }

    private static string Short(string hash) => hash.Length > 12 ? hash[..12] : hash;
}
