using System.CommandLine;
using System.CommandLine.Parsing;
using System.Globalization;
using EtlWorker.Domain.Drops;
using EtlWorker.Domain.Text;
using EtlWorker.Hosting;
using EtlWorker.Ledger;
using EtlWorker.Recovery;
using EtlWorker.Storage;

namespace EtlWorker.Commands;

/// <summary><c>etlworker discard DROP... --reason ...</c>: has nothing load these drops any more.</summary>
internal static class DiscardCommand
{
    private static readonly Argument<long[]> Drops = new("DROP")
    {
        Description = "Ids of drops, as etl.drop and the notices name them.",
        Arity = ArgumentArity.OneOrMore,
        CustomParser = result => [.. result.Tokens.Select(token => IdOf(result, token.Value))],
    };

    public static Command Create()
    {
        var command = new Verb(
            "discard",
            "Have nothing load these drops any more: bad files of a feed that appends or merges, for one. All of them or none.",
            "etlworker discard 17 18 --pipeline retail --reason \"the export had last month's rows\"")
        {
            Drops, LedgerOptions.Reason, LedgerOptions.Pipeline,
        };
        command.SetAction(RunAsync);
        return command;
    }

    private static long IdOf(ArgumentResult result, string text)
    {
        if (long.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out var id))
        {
            return id;
        }

        result.AddError($"'{text}' is no drop's id. An id is a number: select id, feed, key, disposition from etl.drop order by id desc.");
        return default;
    }

    private static async Task<int> RunAsync(ParseResult arguments, CancellationToken cancellationToken)
    {
        var (options, location) = WorkerSettings.ReadDatabaseAndDefinition(WorkerSettings.Configuration());
        await using var database = new Database(options);
#pragma warning disable RS0030 // An entry point.
        var ledger = new PostgresLedger(database, TimeProvider.System);
#pragma warning restore RS0030
        if (await MeantPipeline.FindAsync(arguments, location, ledger, cancellationToken) is not { } definition)
        {
            return ExitCode.WrongUsage;
        }

        var outcome = await new DropDiscard(ledger).DiscardAsync(
            definition.Pipeline.Name, arguments.GetValue(Drops)!, Person.Name, arguments.GetValue(LedgerOptions.Reason)!,
            cancellationToken);
        var (output, error) = (arguments.InvocationConfiguration.Output, arguments.InvocationConfiguration.Error);
        switch (outcome)
        {
            case DiscardOutcome.Discarded discarded:
                foreach (var drop in discarded.Drops)
                {
                    var what = $"Drop {drop.Id} ({drop.Feed ?? "no feed"}, {Escaped.Line(drop.Key)})";
                    await output.WriteLineAsync(drop.Disposition == DropDisposition.Discarded
                        ? $"{what} was discarded before, and stays so: {Escaped.Line(drop.Reason ?? "no reason is kept")}"
                        : $"{what} is discarded: nothing loads it any more.");
                }

                return ExitCode.Done;
            case DiscardOutcome.Refused refused:
                await error.WriteLineAsync(string.Join(Environment.NewLine, refused.Messages.Select(Escaped.Line)));
                return ExitCode.Failed;
            default:
                var unknown = string.Join(", ", ((DiscardOutcome.NotFound)outcome).Ids);
                await error.WriteLineAsync(
                    $"Pipeline {definition.Pipeline.Name} has no drop {unknown}: nothing was discarded. "
                    + "select id, key, disposition from etl.drop order by id desc limit 20 shows the newest.");
                return ExitCode.NothingFound;
        }
    }
}
