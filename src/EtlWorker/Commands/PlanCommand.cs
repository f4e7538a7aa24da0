using System.CommandLine;
using System.Text;
using EtlWorker.Definitions;
using EtlWorker.Hosting;
using EtlWorker.Ledger;
using EtlWorker.Objects;
using EtlWorker.Plan;
using EtlWorker.Storage;
using Microsoft.Extensions.Logging.Abstractions;

namespace EtlWorker.Commands;

/// <summary><c>etlworker plan PATH</c>: what a run would do, in a transaction that is rolled back.</summary>
internal static class PlanCommand
{
    private const string StandardOutput = "-";

    private static readonly Option<bool> Json = new("--json")
    {
        Description = "Write the report to standard output as JSON, with every reject and its row.",
    };

    private static readonly Option<string?> Csv = new("--csv")
    {
        Description = "Write every reject with its row as CSV to this file; without a file, or with -, to standard output.",
        HelpName = "FILE",
        Arity = ArgumentArity.ZeroOrOne,
    };

    public static Command Create()
    {
        var command = new Verb(
            "plan",
            "Show what a run would do with these files: every row is checked, every reject is listed, checks, analyses and exports are "
                + "made, and all of it is rolled back. It holds the pipeline's lock meanwhile.",
            "etlworker plan pipelines/retail --files samples/retail --date 2026-11-23 --csv rejects.csv")
        {
            CommonOptions.DefinitionPath, CommonOptions.Files, CommonOptions.RunDate, Json, Csv,
        };
        command.Validators.Add(result =>
        {
            if (result.GetValue(Json) && result.GetResult(Csv) is not null && TargetOf(result.GetValue(Csv)) == StandardOutput)
            {
                result.AddError("--json and --csv both write to standard output: name a file for --csv.");
            }
        });
        command.SetAction(RunAsync);
        return command;
    }

    private static async Task<int> RunAsync(ParseResult arguments, CancellationToken cancellationToken)
    {
        var error = arguments.InvocationConfiguration.Error;
        if (await CommonOptions.DefinitionAsync(arguments) is not { } path || !await CommonOptions.IsFolderThereAsync(arguments))
        {
            return ExitCode.WrongUsage;
        }

        var folder = arguments.GetValue(CommonOptions.Files);
        if (CsvFolder(arguments) is { } missing)
        {
            await error.WriteLineAsync($"{missing}: no such folder. --csv names a file in a folder that is there.");
            return ExitCode.WrongUsage;
        }

        var (options, stores) = folder is null
            ? WorkerSettings.ReadDatabaseAndSource(WorkerSettings.Configuration())
            : (WorkerSettings.ReadDatabase(WorkerSettings.Configuration()), null);
        var pipeline = new Pipeline(DefinitionFile.Read(path));
#pragma warning disable RS0030 // An entry point.
        var time = TimeProvider.System;
#pragma warning restore RS0030
        var date = arguments.GetValue(CommonOptions.RunDate) ?? pipeline.Definition.Calendar.DateOf(time.GetUtcNow());
        await using var database = new Database(options);
        using var s3 = stores is { Source.Bucket: not null, PublicIn: null } ? S3Clients.Create() : null;
        var source = stores is null
            ? new FolderSource(Path.GetFullPath(folder!))
            : ObjectSources.Open(stores, () => s3!, time, () => { }, NullLogger<PublicBucket>.Instance);
        var set = await new SetFinder(pipeline, source).FindAsync(folder is not null, date, database, time, cancellationToken);
        if (set.Drops.Count == 0)
        {
            await error.WriteLineAsync(CommonOptions.NothingFound(pipeline, folder ?? stores!.Source.Text, date, set));
            return ExitCode.NothingFound;
        }

        await error.WriteLineAsync($"Planning {pipeline.Name} for {date:yyyy-MM-dd} on {database.Target}. Until it ends it holds the "
            + "pipeline's lock, so that no run begins; readers of the tables that it loads wait; sequences advance. "
            + "All else is rolled back.");
        using var journal = new PlanJournal();
        var report = await new DryRun(database, new PostgresLedger(database, time), source, journal, time)
            .RunAsync(pipeline.Definition, date, set, cancellationToken);
        await WriteAsync(arguments, report, journal, cancellationToken);
        return report.Succeeds ? ExitCode.Done : ExitCode.Failed;
    }

    /// <returns>The folder in which the file of rejects would be, where that is not there: to be known before hours of work.</returns>
    private static string? CsvFolder(ParseResult arguments) =>
        arguments.GetValue(Csv) is { } file && file != StandardOutput
            && Path.GetDirectoryName(Path.GetFullPath(file)) is { } folder && !Directory.Exists(folder) ? folder : null;

    private static string TargetOf(string? csv) => csv is null or StandardOutput ? StandardOutput : csv;

    private static async Task WriteAsync(
        ParseResult arguments, PlanReport report, PlanJournal journal, CancellationToken cancellationToken)
    {
        var csv = arguments.GetResult(Csv) is null ? null : TargetOf(arguments.GetValue(Csv));
        if (csv is not null)
        {
            await using var file = csv == StandardOutput ? Console.OpenStandardOutput() : File.Create(csv);
            await RejectCsv.WriteAsync(report, journal, file, cancellationToken);
        }

        var (output, error) = (arguments.InvocationConfiguration.Output, arguments.InvocationConfiguration.Error);
        if (arguments.GetValue(Json))
        {
            await using var stream = Console.OpenStandardOutput();
            await ReportJson.WriteAsync(report, journal, stream, cancellationToken);
        }
        else if (csv != StandardOutput)
        {
            await output.WriteAsync(ReportText.Of(report, journal));
        }
        else
        {
            var verdict = new StringBuilder();
            ReportText.AppendVerdict(verdict, report);
            await error.WriteAsync(verdict.ToString().TrimStart());
        }
    }
}
