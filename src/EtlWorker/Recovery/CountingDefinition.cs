using System.Globalization;
using EtlWorker.Definitions;
using EtlWorker.Ledger;
using Npgsql;

namespace EtlWorker.Recovery;

/// <summary>
/// The definition by which a person's command acts: that of the worker that will do the work, and only where none was ever seen that of the
/// command's own configuration. The two differ while a definition was changed and its worker not restarted.
/// </summary>
/// <param name="Definition">The definition that counts.</param>
/// <param name="Worker">The worker whose definition it is; null where none was ever seen.</param>
/// <param name="OwnHash">The definition of the command's own configuration.</param>
internal sealed record CountingDefinition(LoadedDefinition Definition, SeenWorker? Worker, string OwnHash)
{
    /// <param name="connection">Any connection.</param>
    /// <param name="own">The definition of the command's own configuration.</param>
    /// <param name="cancellationToken">Cancels the reading.</param>
    public static async Task<CountingDefinition> FindAsync(
        NpgsqlConnection connection, LoadedDefinition own, CancellationToken cancellationToken)
    {
        if (await WorkerRegistry.NewestAsync(connection, own.Pipeline.Name, cancellationToken) is not { } worker)
        {
            return new CountingDefinition(own, null, own.Hash);
        }

        if (worker.DefinitionHash == own.Hash)
        {
            return new CountingDefinition(own, worker, own.Hash);
        }

        var (document, sql) = await RunLedger.DefinitionAsync(connection, worker.DefinitionHash, cancellationToken);
        return new CountingDefinition(DefinitionFile.FromLedger(document, sql), worker, own.Hash);
    }

    /// <summary>Whose definition it is, in a sentence for a person.</summary>
    public string Describe() => this switch
    {
        { Worker: null } =>
            $"Definition {Short(OwnHash)} of this configuration: no worker of {Definition.Pipeline.Name} has registered one.",
        { Worker: var worker } when Definition.Hash == OwnHash => $"Definition {Short(OwnHash)}, that of worker {worker.Name}.",
        _ => $"Definition {Short(Definition.Hash)} of worker {Worker.Name}, not {Short(OwnHash)} of this configuration: "
            + "a worker takes a changed definition when it is restarted (systemctl restart etlworker).",
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
