using System.CommandLine;
using System.Globalization;
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
        CustomParser = result =>
        {
            if (DateOnly.TryParseExact(result.Tokens[0].Value, "yyyy-MM-dd", CultureInfo.InvariantCulture, DateTimeStyles.None, out var date))
            {
                return date;
            }

            result.AddError($"'{result.Tokens[0].Value}' is not a date as yyyy-MM-dd.");
            return default;
        },
    };

    public static Command Create()
    {
        var command = new Verb(
            "retry",
            "Make a date's run again with the newest drops of that date, held and failed ones included.",
            "etlworker retry 2026-11-23 --pipeline retail --reason \"header mended\"")
        {
            Date, LedgerOptions.Reason, LedgerOptions.Pipeline,
        };
        command.SetAction(RunAsync);
        return command;
    }

    private static async Task<int> RunAsync(ParseResult arguments, CancellationToken cancellationToken)
    {
        var (options, definition) = WorkerSettings.ReadDatabaseAndDefinition(WorkerSettings.Configuration());
        if (!await LedgerOptions.IsMeantAsync(arguments, definition.Pipeline))
        {
            return ExitCode.WrongUsage;
        }

        await using var database = new Database(options);
        var date = arguments.GetValue(Date);
#pragma warning disable RS0030 // An entry point.
        var retry = new RunRetry(database, new RunLedger(TimeProvider.System), WorkerName.OfThisProcess());
#pragma warning restore RS0030
        var outcome = await retry.RetryAsync(definition, date, arguments.GetValue(LedgerOptions.Reason)!, cancellationToken);
        var (output, error) = (arguments.InvocationConfiguration.Output, arguments.InvocationConfiguration.Error);
        switch (outcome)
        {
            case RetryOutcome.Accepted accepted:
                await output.WriteLineAsync(accepted.Message);
                return ExitCode.Done;
            case RetryOutcome.Refused refused:
                await error.WriteLineAsync(refused.Message);
                return ExitCode.Failed;
            default:
                await error.WriteLineAsync($"{date:yyyy-MM-dd} has no run of pipeline {definition.Pipeline.Name}. select run_date, state from etl.run_history shows those there are.");
                return ExitCode.NothingFound;
        }
    }
}
