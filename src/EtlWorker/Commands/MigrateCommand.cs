using System.CommandLine;
using EtlWorker.Definitions;
using EtlWorker.Domain.Runs;
using EtlWorker.Hosting;
using EtlWorker.Ledger;
using EtlWorker.Migrate;
using EtlWorker.Objects;
using EtlWorker.Serving;
using EtlWorker.Storage;

namespace EtlWorker.Commands;

/// <summary><c>etlworker migrate</c>: brings an empty or older database up to date.</summary>
internal static class MigrateCommand
{
    private static readonly Argument<string?> Definition = new("PATH")
    {
        Description = "The definition whose tables are made, its folder, or a folder of several. Without it: PIPELINE__DEFINITION.",
        Arity = ArgumentArity.ZeroOrOne,
    };

    public static Command Create()
    {
        var command = new Verb(
            "migrate", "Bring the database up to date: the ledger, then the tables of the pipelines. Safe to run twice.",
            "etlworker migrate pipelines/retail")
        {
            Definition,
        };
        command.SetAction(RunAsync);
        return command;
    }

    private static async Task<int> RunAsync(ParseResult arguments, CancellationToken cancellationToken)
    {
        var output = arguments.InvocationConfiguration.Output;
        var named = arguments.GetValue(Definition);
        if (named is not null && !File.Exists(named) && !Directory.Exists(named))
        {
            await CommandLine.WriteErrorAsync($"{named}: no such file or folder. Name the definition, or the folder that has it.");
            return ExitCode.WrongUsage;
        }

        var configuration = WorkerSettings.Configuration();
        var (databaseOptions, options) = WorkerSettings.ReadForMigration(configuration);
        await using var database = new Database(databaseOptions);
        var applied = await new SchemaMigration(database).ApplyAsync(cancellationToken);
        await output.WriteLineAsync(applied.Count == 0
            ? $"{database.Target}: the ledger is up to date ({SchemaMigration.Newest})."
            : $"{database.Target}: the ledger: applied {string.Join(", ", applied)}.");

        // Only now: a definition that is at fault keeps no other pipeline's ledger back, nor its tables.
        var location = named is null
            ? WorkerSettings.ReadDefinitions(configuration) : new DefinitionOptions(Path.GetFullPath(named), TimeSpan.Zero);
        if (location is null)
        {
            await output.WriteLineAsync(
                $"No pipeline's tables were made: {ConfigurationKey.Definition.Name} is not set. Set it, or name the definition "
                    + "(etlworker migrate PATH), and run the command again.");
            return ExitCode.Done;
        }

        using var s3 = location.Location.StartsWith(S3Tree.Scheme, StringComparison.Ordinal) ? S3Clients.Create() : null;
        var migration = new PipelineMigration(
#pragma warning disable RS0030 // An entry point.
            database, options, WorkerName.OfThisProcess().Name, ProgramVersion.Text, TimeProvider.System);
#pragma warning restore RS0030
        var (faults, exit) = (new List<string>(), ExitCode.Done);
        var versions = await LookAsync(DefinitionStores.Open(location.Location, () => s3!), cancellationToken);
        if (versions.Count == 0)
        {
            await CommandLine.WriteErrorAsync(
                $"There is no pipeline at {location.Location}: no pipeline's tables were made. "
                    + $"Deploy one (etlworker deploy DIR {location.Location}), or correct {ConfigurationKey.Definition.Name}.");
            return ExitCode.NothingFound;
        }

        foreach (var version in versions)
        {
            if (version.Definition is { } definition)
            {
                try
                {
                    await ApplyAsync(migration, definition, output, cancellationToken);
                }
                catch (FaultException refused) when (refused is not DatabaseUnreachableException)
                {
                    // The other pipelines' tables do not depend on it.
                    await CommandLine.WriteErrorAsync(refused.Fault.Advice);
                    exit = ExitCode.Failed;
                }
            }
            else
            {
                faults.AddRange(version.Faults);
            }
        }

        return faults.Count == 0 ? exit : throw new InvalidDefinitionException(faults);
    }

    private static async Task<IReadOnlyList<FoundVersion>> LookAsync(IDefinitionStore store, CancellationToken cancellationToken)
    {
        try
        {
            return await store.LookAsync(cancellationToken);
        }
        catch (FaultException fault)
        {
            // What reads a bucket knows of another key alone.
            throw new FaultException(
                fault.Fault with { Remedy = $"See that {ConfigurationKey.Definition.Name} is there and may be read." }, fault);
        }
    }

    private static async Task ApplyAsync(
        PipelineMigration migration, LoadedDefinition definition, TextWriter output, CancellationToken cancellationToken)
    {
        var files = await migration.ApplyAsync(definition, mayWait: true, cancellationToken);
        var (name, count) = (definition.Pipeline.Name, definition.Pipeline.Migrations.Count);
        await output.WriteLineAsync(
            files.Count > 0 ? $"Pipeline {name}: applied {string.Join(", ", files)}."
            : count == 0 ? $"Pipeline {name} has no migrations: its tables are made by hand."
            : $"Pipeline {name} is up to date ({definition.Pipeline.Migrations[^1]}).");
    }
}
