using System.CommandLine;
using System.Runtime.InteropServices;
using EtlWorker.Definitions;
using EtlWorker.Domain.Text;
using EtlWorker.Hosting;
using EtlWorker.Liveness;
using EtlWorker.Load;
using EtlWorker.Manual;
using EtlWorker.Storage;
using Microsoft.Extensions.DependencyInjection;
using Serilog.Events;

namespace EtlWorker.Commands;

/// <summary><c>etlworker run PATH</c>: takes one set to its end.</summary>
internal static class RunCommand
{
    /// <summary>Below the current folder, where the configuration does not say where results go.</summary>
    private const string ResultsFolder = "results";

    private static readonly Option<DateOnly?> AsOf = CommonOptions.Date(
        "--as-of", "The date up to which the analyses look, yyyy-MM-dd. Without it: the definition's own.");

    public static Command Create()
    {
        var command = new Verb(
            "run",
            "Load one set, analyse it, write its results and end: for cron, CI and first tries. The run uses up no date of the service.",
            "etlworker run pipelines/retail --files samples/retail")
        {
            CommonOptions.DefinitionPath, CommonOptions.Files, CommonOptions.RunDate, AsOf,
        };
        command.SetAction(RunAsync);
        return command;
    }

    private static async Task<int> RunAsync(ParseResult arguments, CancellationToken cancellationToken)
    {
        using var stop = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        void Stop(PosixSignalContext signal)
        {
            // A second one ends the program at once.
            signal.Cancel = !stop.IsCancellationRequested;
            stop.Cancel();
        }

        using var interrupt = PosixSignalRegistration.Create(PosixSignal.SIGINT, Stop);
        using var terminate = PosixSignalRegistration.Create(PosixSignal.SIGTERM, Stop);
        return await RunUntilStoppedAsync(arguments, stop.Token);
    }

    private static async Task<int> RunUntilStoppedAsync(ParseResult arguments, CancellationToken cancellationToken)
    {
        var (output, error) = (arguments.InvocationConfiguration.Output, arguments.InvocationConfiguration.Error);
        if (await CommonOptions.DefinitionAsync(arguments) is not { } path || !await CommonOptions.IsFolderThereAsync(arguments))
        {
            return ExitCode.WrongUsage;
        }

        var folder = arguments.GetValue(CommonOptions.Files) is { } named
            ? Path.TrimEndingDirectorySeparator(Path.GetFullPath(named)) : null;
        if (folder is not null && WorkerSettings.SourceFolder(WorkerSettings.Configuration()) is { } own
            && (IsBelow(folder, own) || IsBelow(own, folder)))
        {
            await error.WriteLineAsync(
                $"{folder}: the service takes its files from {own} (PIPELINE__SOURCE) itself, and would load them once more. "
                    + "Leave out --files.");
            return ExitCode.WrongUsage;
        }

        var settings = WorkerSettings.ReadForRun(WorkerSettings.Configuration(), path, folder, Path.GetFullPath(ResultsFolder));
        var pipeline = new Pipeline(DefinitionFile.Read(path));
#pragma warning disable RS0030 // An entry point.
        var time = TimeProvider.System;
#pragma warning restore RS0030
        var date = arguments.GetValue(CommonOptions.RunDate) ?? pipeline.Definition.Calendar.DateOf(time.GetUtcNow());
        var isTerminal = !Console.IsErrorRedirected;
        // On a terminal one line says how far it is.
        var log = isTerminal && settings.Log.Level == LogEventLevel.Information
            ? settings.Log with { Level = LogEventLevel.Warning }
            : settings.Log;
        await using var logger = log.CreateLogger(toError: true);
        await using var notices = new StringWriter();
        await using var services = WorkerHost.BuildForRun(
            settings, logger, new ManualOptions(date, arguments.GetValue(AsOf), folder), notices);
        services.GetRequiredService<PipelineScopes>().Add(pipeline);
        var (source, results) = (settings.Stores.Source, settings.Stores.Results);
        await error.WriteLineAsync(Escaped.Line(
            $"Running {pipeline.Name} for {date:yyyy-MM-dd} with the files of {source.Text} on "
                + $"{services.GetRequiredService<Database>().Target}; results go to {results.Text}."));
        ManualOutcome outcome;
        var terminal = isTerminal ? Console.Error : null;
        await using (new ProgressLine(
            services.GetRequiredService<WorkerStatus>(), services.GetRequiredService<LoadProgress>(), terminal, time))
        {
            outcome = await services.GetRequiredService<IPerPipeline<ManualRun>>().Now.Single().RunAsync(
                error.WriteLineAsync, cancellationToken);
        }

        await output.WriteAsync(notices.ToString());
        return await EndAsync(outcome, pipeline, source.Text, date, isTold: notices.GetStringBuilder().Length > 0);
    }

    private static bool IsBelow(string path, string folder) =>
        path == folder || path.StartsWith(folder + Path.DirectorySeparatorChar, StringComparison.Ordinal);

    /// <param name="outcome">How it ended.</param>
    /// <param name="pipeline">The pipeline.</param>
    /// <param name="where">Where the files are.</param>
    /// <param name="date">The run date.</param>
    /// <param name="isTold">Whether a notice says it; a worker may have been quicker to send that.</param>
    private static async Task<int> EndAsync(ManualOutcome outcome, Pipeline pipeline, string where, DateOnly date, bool isTold)
    {
        switch (outcome)
        {
            case ManualOutcome.Ended { Progress: var progress } unsaid when !isTold:
                await CommandLine.WriteErrorAsync(
                    $"Run {unsaid.Run}: {progress.Describe()}{(progress.Error is { } error ? $", {error}" : "")}. "
                        + $"Its notice: select body from etl.notification where run_id = {unsaid.Run};");
                return progress.HasSucceeded ? ExitCode.Done : ExitCode.Failed;
            case ManualOutcome.Ended ended:
                return ended.Progress.HasSucceeded ? ExitCode.Done : ExitCode.Failed;
            case ManualOutcome.Nothing nothing:
                await CommandLine.WriteErrorAsync(CommonOptions.NothingFound(pipeline, where, date, nothing.Set));
                return ExitCode.NothingFound;
            case ManualOutcome.Refused refused:
                await CommandLine.WriteErrorAsync($"No run was made: {refused.Fault.Advice}");
                return ExitCode.Failed;
            case ManualOutcome.Stopped stopped:
                await CommandLine.WriteErrorAsync($"Stopped. {stopped.Left ?? "No run had begun."}");
                return ExitCode.Failed;
            default:
                throw new ArgumentOutOfRangeException(nameof(outcome), outcome, "Nothing is known of this end.");
        }
    }
}
