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
        foreach (var (drop, of, isNewest) in later)
        {
            await output.WriteLineAsync(string.Create(
                CultureInfo.InvariantCulture,
                $"- {drop.Feed}, {Escaped.Line(drop.Key)} of {drop.EventTime.UtcDateTime:yyyy-MM-dd HH:mm:ss} UTC, "
                    + $"{drop.Size:N0} bytes, drop {drop.Id}, {Word.Of(drop.Disposition)} for {of:yyyy-MM-dd}{(isNewest ? "" : "; an older version, put aside")}"));
        }

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

    /// <summary>What follows for the dates that they were taken from, or which command takes them.</summary>
    public static string Hint(string pipeline, DateOnly date, IReadOnlyList<LaterDrop> later, bool isTaken)
    {
        var dates = later.GroupBy(drop => drop.Date).OrderBy(of => of.Key)
            .Select(of => $"{of.Key:yyyy-MM-dd} ({string.Join(", ", of.Select(drop => drop.Drop.Feed).Distinct())})");
        return isTaken
            ? $"Taken from {string.Join(", ", dates)}: what is taken from a date is its own no more, and it waits for other files."
            : $"Newer files landed for {string.Join(", ", dates)} and are not taken. If they are meant for {date:yyyy-MM-dd}: "
                + OperatorCommand.Retry(pipeline, date, withNewest: true);
    }

    private static bool IsYes(string? answer) => answer?.Trim().ToUpperInvariant() is "Y" or "YES";
}
