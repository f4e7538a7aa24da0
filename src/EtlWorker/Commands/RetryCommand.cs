using System.CommandLine;
using EtlWorker.Definitions;
using EtlWorker.Domain.Text;
using EtlWorker.Hosting;
using EtlWorker.Ledger;
using EtlWorker.Recovery;
using EtlWorker.Storage;

namespace EtlWorker.Commands;

/// <summary><c>etlworker retry DATE --reason ...</c>: has a date's run made again, or its export gone on with.</summary>
internal static class RetryCommand
{
    private static readonly Argument<DateOnly> Date = new("DATE")
    {
        Description = "The run date, yyyy-MM-dd.",
        CustomParser = CommonOptions.ParseDate,
    };

    private static readonly Option<bool> Wait = new("--wait")
    {
        Description = "Wait for the run's end: 0 when it succeeded, 1 when it failed, could not be delivered, or no worker is there.",
    };

    private static readonly Option<bool> WithNewest = new("--with-newest")
    {
        Description = "Also take newer files that landed for later dates and name no date in their key, after showing them and asking: "
            + "one corrected after midnight.",
    };

    private static readonly Option<bool> Yes = new("--yes")
    {
        Description = "Do not ask.",
    };

    public static Command Create()
    {
        var command = new Verb(
            "retry",
            "Make a date's run again with the newest drops of that date, held and failed ones included.",
            "etlworker retry 2026-11-23 --pipeline retail --reason \"header corrected\" --wait")
        {
            Date, LedgerOptions.Reason, LedgerOptions.Pipeline, WithNewest, Yes, Wait,
        };
        command.SetAction(RunAsync);
        return command;
    }

    private static async Task<int> RunAsync(ParseResult arguments, CancellationToken cancellationToken)
    {
        var (options, location) = WorkerSettings.ReadDatabaseAndDefinition(WorkerSettings.Configuration());
        await using var database = new Database(options);
        var (output, error) = (arguments.InvocationConfiguration.Output, arguments.InvocationConfiguration.Error);
#pragma warning disable RS0030 // An entry point.
        var time = TimeProvider.System;
#pragma warning restore RS0030
        var ledger = new PostgresLedger(database, time);
        if (await MeantPipeline.FindAsync(arguments, location, ledger, cancellationToken) is not { } own)
        {
            return ExitCode.WrongUsage;
        }

        var counting = await CountingAsync(ledger, own, cancellationToken);
        await output.WriteLineAsync(counting.Describe());
        var date = arguments.GetValue(Date);
        var retry = new RunRetry(ledger, WorkerName.OfThisProcess());
        var later = await retry.LaterAsync(counting.Definition, date, cancellationToken);
        var isMeant = arguments.GetValue(WithNewest);
        if (isMeant && later.Count == 0)
        {
            await output.WriteLineAsync(
                $"No other date is changed: no file without a date in its key has landed for a later date than {date:yyyy-MM-dd} "
                + "and is newer than what that date has.");
        }

        if (isMeant && later.Count > 0 && !await LaterFiles.AreTakenAsync(
            arguments, date, later, arguments.GetValue(Yes), Console.IsInputRedirected ? null : Console.In, cancellationToken))
        {
            return ExitCode.Failed;
        }

        var outcome = await retry.RetryAsync(
            counting.Definition, date, arguments.GetValue(LedgerOptions.Reason)!, isMeant ? later : [], cancellationToken);
        if (later.Count > 0)
        {
            var isTaken = isMeant && outcome is RetryOutcome.Accepted;
            await output.WriteLineAsync(isTaken ? LaterFiles.Taken(later) : LaterFiles.Hint(own.Pipeline.Name, date, later));
        }

        switch (outcome)
        {
            case RetryOutcome.Accepted accepted:
                await output.WriteLineAsync(Escaped.Line(accepted.Message));
                if (counting.Warning() is { } warning)
                {
                    await error.WriteLineAsync(warning);
                }

                return arguments.GetValue(Wait)
                    ? await WaitAsync(new RunWatch(ledger, time), accepted.Run, output, error, cancellationToken)
                    : ExitCode.Done;
            case RetryOutcome.Refused refused:
                await error.WriteLineAsync(Escaped.Line(refused.Message));
                return ExitCode.Failed;
            default:
                await error.WriteLineAsync(
                    $"{date:yyyy-MM-dd} has no run of pipeline {own.Pipeline.Name}. "
                    + "select run_date, state from etl.run_history shows those there are.");
                return ExitCode.NothingFound;
        }
    }

    private static async Task<CountingDefinition> CountingAsync(
        PostgresLedger ledger, LoadedDefinition own, CancellationToken cancellationToken)
    {
        await using var session = await ledger.OpenAsync(cancellationToken);
        return await CountingDefinition.FindAsync(session, own, cancellationToken);
    }

    private static async Task<int> WaitAsync(
        RunWatch watch, long run, TextWriter output, TextWriter error, CancellationToken cancellationToken)
    {
        var ended = await watch.UntilEndedAsync(run, line => output.WriteLineAsync($"Run {run}: {line}"), cancellationToken);
        if (ended.HasSucceeded)
        {
            return ExitCode.Done;
        }

        await error.WriteLineAsync(ended switch
        {
            { HasEnded: false } =>
                $"Run {run} waits for a worker, and none is there. The retry stands: the next worker makes it (systemctl start etlworker).",
            { RetryError: { } fault } =>
                $"The retry of run {run} failed. The date stays succeeded. The notice says what to do. Cause: {fault}",
            _ => $"Run {run} is {ended.Describe()}. The notice says what to do. Cause: {ended.Error}",
        });
        return ExitCode.Failed;
    }
}
