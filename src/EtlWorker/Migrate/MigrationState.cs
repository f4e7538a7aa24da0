using EtlWorker.Definitions;
using EtlWorker.Domain.Runs;
using EtlWorker.Storage;
using Npgsql;

namespace EtlWorker.Migrate;

/// <summary>What a database has of the migrations of a definition.</summary>
/// <param name="Pending">The files that are not applied, in their order.</param>
/// <param name="Faults">Why none may be applied; empty where they may.</param>
internal sealed record MigrationState(IReadOnlyList<string> Pending, IReadOnlyList<MigrationFault> Faults)
{
    /// <param name="connection">Of a database with or without a ledger.</param>
    /// <param name="definition">A valid one.</param>
    /// <param name="cancellationToken">Cancels the question.</param>
    public static async Task<MigrationState> ReadAsync(
        NpgsqlConnection connection, LoadedDefinition definition, CancellationToken cancellationToken)
    {
        await using (var exists = connection.Embedded("Migrate/has_migrations"))
        {
            if (await exists.ExecuteScalarAsync(cancellationToken) is not true)
            {
                return Of(definition, new Dictionary<string, string>());
            }
        }

        // What the ledger has under a former name is carried over when a worker of the new one starts, and that may be later.
        await using var command = connection.Embedded("Migrate/applied_files",
            ("pipeline", definition.Pipeline.Name), ("former", definition.Pipeline.FormerName ?? definition.Pipeline.Name));
        await using var reader = await command.ExecuteReaderAsync(cancellationToken);
        var applied = new Dictionary<string, string>();
        while (await reader.ReadAsync(cancellationToken))
        {
            applied[reader.Get<string>(0)] = reader.Get<string>(1);
        }

        return Of(definition, applied);
    }

    /// <param name="definition">The definition.</param>
    /// <param name="applied">The SHA-256 of each file that is applied.</param>
    public static MigrationState Of(LoadedDefinition definition, IReadOnlyDictionary<string, string> applied)
    {
        var files = definition.Pipeline.Migrations;
        var last = files.LastOrDefault(applied.ContainsKey);
        var faults = new List<MigrationFault>();
        foreach (var (index, file) in files.Index())
        {
            if (applied.TryGetValue(file, out var then) && definition.Sha256Of(file) is var now && then != now)
            {
                faults.Add(new MigrationFault(
                    index, $"migration {file} was applied with another text (SHA-256 {then[..12]} then, {now[..12]} now)",
                    "Give the file its former text back (from where it is kept, or from etl.definition if it was served), "
                        + "and write the change into a new file at the end."));
            }
            else if (then is null && last is not null && files.Take(index).Contains(last) is false)
            {
                faults.Add(new MigrationFault(
                    index, $"migration {file} stands before {last}, which is applied already",
                    "Move it to the end of the list: what is applied would not have seen it."));
            }
        }

        faults.AddRange(applied.Keys.Except(files).Order(StringComparer.Ordinal).Select(file => new MigrationFault(
            null, $"migration {file} was applied, and \"migrations\" has it no longer",
            "Put the file back (from where it is kept, or from etl.definition if it was served), "
                + "and its name where it stood; undo it by a new file at the end.")));
        return new MigrationState([.. files.Where(file => !applied.ContainsKey(file))], faults);
    }

    /// <summary>
    /// Why no run may begin with the definition; null where one may. That the database has more than the definition names is no reason:
    /// after a step back to an earlier version its runs go on.
    /// </summary>
    public Fault? FaultFor(string pipeline) => Faults.FirstOrDefault(fault => fault.Index is not null) is { } wrong
        ? new Fault(FaultKind.Permanent, $"pipeline {pipeline}: {wrong.Cause}", wrong.Remedy)
        : Pending is [var first, ..]
            ? new Fault(
                FaultKind.Permanent, $"pipeline {pipeline} needs migration {first}",
                "Run `etlworker migrate`.")
            : null;
}
