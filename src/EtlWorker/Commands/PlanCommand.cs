using System.CommandLine;
using System.Globalization;
using System.Text;
using Amazon.S3;
using EtlWorker.Definitions;
using EtlWorker.Hosting;
using EtlWorker.Ledger;
using EtlWorker.Objects;
using EtlWorker.Plan;
using EtlWorker.Storage;

namespace EtlWorker.Commands;

/// <summary><c>etlworker plan PATH</c>: what a run would do, in a transaction that is rolled back.</summary>
internal static class PlanCommand
{
    private const string StandardOutput = "-";

    private static readonly Argument<string> DefinitionPath = new("PATH")
    {
        Description = "The definition, or the folder that has it as pipeline.json.",
    };

    private static readonly Option<string?> Files = new("--files")
    {
        Description = "Load the files below this folder. A file is matched by its path below it, or where no path fits by its name. "
            + "Without it: the current objects of PIPELINE__BUCKET.",
        HelpName = "DIR",
    };

    private static readonly Option<DateOnly?> Date = new("--date")
    {
        Description = "The run date, yyyy-MM-dd. Without it: today in the pipeline's time zone.",
        HelpName = "DATE",
        CustomParser = result =>
        {
            if (DateOnly.TryParseExact(
                result.Tokens[0].Value, "yyyy-MM-dd", CultureInfo.InvariantCulture, DateTimeStyles.None, out var date))
            {
                return date;
            }

            result.AddError($"'{result.Tokens[0].Value}' is not a date as yyyy-MM-dd.");
            return null;
        },
    };

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
            DefinitionPath, Files, Date, Json, Csv,
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
        if (DefinitionOf(arguments.GetValue(DefinitionPath)!) is not { } path)
        {
            await error.WriteLineAsync(
                $"{arguments.GetValue(DefinitionPath)}: no definition is there. Name the file, or the folder that has a pipeline.json.");
            return ExitCode.WrongUsage;
        }

        var folder = arguments.GetValue(Files);
        if (folder is not null && !Directory.Exists(folder))
        {
            await error.WriteLineAsync($"{folder}: no such folder. --files names the folder that has the files.");
            return ExitCode.WrongUsage;
        }

        if (CsvFolder(arguments) is { } missing)
        {
            await error.WriteLineAsync($"{missing}: no such folder. --csv names a file in a folder that is there.");
            return ExitCode.WrongUsage;
        }

        var (options, bucket) = folder is null
            ? WorkerSettings.ReadDatabaseAndBucket(WorkerSettings.Configuration())
            : (WorkerSettings.ReadDatabase(WorkerSettings.Configuration()), "");
        var pipeline = new Pipeline(DefinitionFile.Read(path));
#pragma warning disable RS0030 // An entry point.
        var time = TimeProvider.System;
#pragma warning restore RS0030
        var date = arguments.GetValue(Date) ?? pipeline.Definition.Calendar.DateOf(time.GetUtcNow());
        await using var database = new Database(options);
        using var s3 = folder is null ? S3() : null;
        IObjectSource source = s3 is null ? new FolderSource(Path.GetFullPath(folder!)) : new S3Source(s3, bucket);
        var set = await SetAsync(pipeline, source, database, date, s3 is not null, cancellationToken);
        if (set.Drops.Count == 0)
        {
            await error.WriteLineAsync(NothingFound(pipeline, folder ?? $"the bucket {bucket}", date, set));
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

    private static string? DefinitionOf(string path)
    {
        var file = Directory.Exists(path) ? Path.Combine(path, "pipeline.json") : path;
        return File.Exists(file) ? file : null;
    }

    public static AmazonS3Client S3() =>
        new(new AmazonS3Config { ResponseChecksumValidation = Amazon.Runtime.ResponseChecksumValidation.WHEN_REQUIRED });

    private static async Task<PlannedSet> SetAsync(
        Pipeline pipeline, IObjectSource source, Database database, DateOnly date, bool isBucket, CancellationToken cancellationToken)
    {
        var finder = new SetFinder(pipeline, source);
        if (!isBucket)
        {
            return await finder.OfFolderAsync(date, cancellationToken);
        }

        var finished = await FinishedObjects.ReadAsync(database, pipeline.Definition.Pipeline, cancellationToken);
        return await finder.OfBucketAsync(date, finished.Has, cancellationToken);
    }

    private static string NothingFound(Pipeline pipeline, string where, DateOnly date, PlannedSet set)
    {
        var takes = string.Join(", ", pipeline.Definition.Pipeline.Feeds.Select(feed => $"{feed.Name} takes {feed.Object}"));
        var others = string.Concat(set.NotTaken.Take(20).Select(other => $"{Environment.NewLine}- {other.File}: {other.Reason}"));
        return $"{where} has no file that a run of {pipeline.Name} for {date:yyyy-MM-dd} would load ({takes}).{others}";
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
