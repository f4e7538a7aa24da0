using System.CommandLine;
using EtlWorker.Definitions;
using EtlWorker.Domain.Text;
using EtlWorker.Hosting;
using EtlWorker.Storage;
using EtlWorker.Validate;

namespace EtlWorker.Commands;

/// <summary><c>etlworker validate PATH [--database]</c>: names every fault of a definition, and changes nothing.</summary>
internal static class ValidateCommand
{
    private const string DefaultFile = "pipeline.json";

    private static readonly Argument<string> Definition = new("PATH")
    {
        Description = $"The definition, or the folder that has its {DefaultFile}.",
        Validators =
        {
            result =>
            {
                if (result.Tokens is [var path] && FileOf(path.Value) is null)
                {
                    result.AddError($"{path.Value} is no file, and no folder with a {DefaultFile}.");
                }
            },
        },
    };

    private static readonly Option<bool> WithDatabase = new("--database")
    {
        Description = "Also ask the configured database (DATABASE__CONNECTIONSTRING): tables, columns, keys, rights, and each SQL file. "
            + "Nothing is changed.",
    };

    public static Command Create()
    {
        var command = new Verb(
            "validate",
            "Name every fault of a definition, with its line and what is allowed there. Needs no configuration without --database.",
            "etlworker validate pipelines/retail --database")
        {
            Definition, WithDatabase,
        };
        command.SetAction(RunAsync);
        return command;
    }

    private static async Task<int> RunAsync(ParseResult arguments, CancellationToken cancellationToken)
    {
        var file = FileOf(arguments.GetValue(Definition)!)!;
        var isAsked = arguments.GetValue(WithDatabase);
        var output = arguments.InvocationConfiguration.Output;
        LoadedDefinition definition;
        try
        {
            definition = DefinitionFile.Read(file);
        }
        catch (InvalidDefinitionException invalid)
        {
            return await RefuseAsync(
                output, invalid.Faults, isAsked ? " The database was not asked: correct the definition first." : "");
        }

        var pipeline = definition.Pipeline;
        await output.WriteLineAsync(
            $"{file} is valid{(isAsked ? " by itself" : "")}: pipeline {pipeline.Name}, {Counted.Of(pipeline.Feeds.Count, "feed")}, "
            + $"{Counted.Of(pipeline.Checks.Count, "check")}, analyses: {pipeline.Analyses.Count}.");
        return isAsked ? await AskAsync(output, file, definition, cancellationToken) : ExitCode.Done;
    }

    private static async Task<int> AskAsync(
        TextWriter output, string file, LoadedDefinition definition, CancellationToken cancellationToken)
    {
        await using var database = new Database(WorkerSettings.ReadDatabase(WorkerSettings.Configuration()));
        await using var connection = await database.OpenAsync(cancellationToken);
        foreach (var power in await LoginPowers.ReadAsync(connection, cancellationToken))
        {
            await output.WriteLineAsync($"Warning: {power}.");
        }

        var faults = await DatabaseFaults.InAsync(connection, definition, cancellationToken);
        if (faults.Count > 0)
        {
            return await RefuseAsync(
                output, DefinitionFile.Describe(file, definition, faults), $" The database {database.Target} does not fit it.");
        }

        await output.WriteLineAsync($"The database {database.Target} fits it.");
        return ExitCode.Done;
    }

    private static async Task<int> RefuseAsync(TextWriter output, IReadOnlyList<string> faults, string note)
    {
        foreach (var fault in faults)
        {
            await output.WriteLineAsync(fault);
        }

        await output.WriteLineAsync($"{Counted.Of(faults.Count, "fault")}.{note}");
        return ExitCode.Failed;
    }

    private static string? FileOf(string path) =>
        File.Exists(path) ? path : Path.Combine(path, DefaultFile) is var within && File.Exists(within) ? within : null;
}
