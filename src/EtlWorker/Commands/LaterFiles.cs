using System.CommandLine;
using System.Globalization;
using EtlWorker.Domain.Batches;
using EtlWorker.Domain.Runs;
using EtlWorker.Domain.Text;
using EtlWorker.Ledger;

namespace EtlWorker.Commands;

/// <summary>Shows what landed for later dates, and has a person say whether it is meant for an earlier one.</summary>
internal static class LaterFiles
{
    /// <summary>Whether the person wants these taken; where nobody can be asked, that has been said.</summary>
    /// <param name="arguments">Where to write.</param>
    /// <param name="date">The date for which they would be taken.</param>
    /// <param name="later">What landed for later dates; at least one.</param>
    /// <param name="isAgreed">Whether it was agreed to beforehand.</param>
    /// <param name="terminal">Where the person answers; null where there is none.</param>
    /// <param name="cancellationToken">Ends the waiting for an answer.</param>
    public static async Task<bool> AreTakenAsync(
        ParseResult arguments, DateOnly date, IReadOnlyList<LaterDrop> later, bool isAgreed, TextReader? terminal,
        CancellationToken cancellationToken)
    {
        var (output, error) = (arguments.InvocationConfiguration.Output, arguments.InvocationConfiguration.Error);
        await output.WriteLineAsync($"These landed for later dates than {date:yyyy-MM-dd}:");
        await output.WriteLineAsync(ListOf(later));

        if (!isAgreed && terminal is null)
        {
            await error.WriteLineAsync(
                $"Nothing was changed: without a terminal nobody can be asked whether they are meant for {date:yyyy-MM-dd}. "
                + "With --yes they are taken.");
            return false;
        }

        if (!isAgreed)
        {
            await output.WriteAsync($"Take these for {date:yyyy-MM-dd}? [y/N] ");
            await output.FlushAsync(cancellationToken);
            if (!IsYes(await terminal!.ReadLineAsync(cancellationToken)))
            {
                await error.WriteLineAsync("Nothing was changed.");
                return false;
            }
        }

        return true;
    }

    /// <summary>What follows for the dates that they were taken from.</summary>
    public static string Taken(IReadOnlyList<LaterDrop> later)
    {
        var lines = later.GroupBy(of => of.Date).OrderBy(of => of.Key).Select(of =>
        {
            var byFate = of.ToLookup(drop => drop.IsNewest, drop => $"drop {drop.Drop.Id} ({drop.Drop.Feed})");
            var put = byFate[false].Any() ? $"; superseded as older versions: {string.Join(", ", byFate[false])}" : "";
            return $"Taken from {of.Key:yyyy-MM-dd}: {(byFate[true].Any() ? string.Join(", ", byFate[true]) : "nothing")}{put}. "
                + "That date waits for other files of these feeds.";
        });
        return string.Join(Environment.NewLine, lines);
    }

    /// <summary>Which command takes them.</summary>
    public static string Hint(string pipeline, DateOnly date, IReadOnlyList<LaterDrop> later) => string.Join(
        Environment.NewLine,
        $"Newer files landed for later dates than {date:yyyy-MM-dd} and are not taken:",
        ListOf(later),
        $"If they are meant for {date:yyyy-MM-dd}: {OperatorCommand.Retry(pipeline, date, withNewest: true)}");

    private static string ListOf(IEnumerable<LaterDrop> later) => string.Join(Environment.NewLine, later.Select(of => string.Create(
        CultureInfo.InvariantCulture,
        $"- {of.Drop.Feed}, {Escaped.Line(of.Drop.Key)} of {of.Drop.EventTime.UtcDateTime:yyyy-MM-dd HH:mm:ss} UTC, "
            + $"{of.Drop.Size:N0} bytes, drop {of.Drop.Id}, "
            + $"{EnumText.Of(of.Drop.Disposition)} for {of.Date:yyyy-MM-dd}{(of.IsNewest ? "" : "; an older version, superseded")}")));

    private static bool IsYes(string? answer) => answer?.Trim().ToUpperInvariant() is "Y" or "YES";
}
