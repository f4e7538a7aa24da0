using System.Text;

namespace EtlWorker.Benchmarks.Runs;

/// <summary>The table of whole runs, in Markdown: medians of all rounds.</summary>
internal static class RunReport
{
    public static string Of(IReadOnlyList<(LoadCase Case, IReadOnlyList<Measurement> Rounds)> results)
    {
        var text = new StringBuilder()
            .AppendLine("| orders | run | wall s (least to most) | ratio (of the best) | load s | checks s | analyses s | client CPU s "
                + "| server CPU s | peak RSS MB |")
            .AppendLine("|---:|---|---:|---:|---:|---:|---:|---:|---:|---:|");
        foreach (var (run, rounds) in results)
        {
            string Seconds(Func<Measurement, TimeSpan> of) =>
                Report.Format($"{Report.Median(rounds.Select(round => of(round).TotalSeconds)):0.00}");
            string[] cells =
            [
                Report.Format($"{run.Rows:N0}"), run.Name, Report.WallOf(rounds), Report.RatioOf(run, rounds, results),
                Seconds(round => round.Stages!.Load), Seconds(round => round.Stages!.Check), Seconds(round => round.Stages!.Analyse),
                Seconds(round => round.Client), Seconds(round => round.Server), Report.PeakOf(rounds),
            ];
            text.AppendLine($"| {string.Join(" | ", cells)} |");
        }

        return text.ToString();
    }

    /// <summary>For the plot: <c>run,orders,seconds,megabytes</c>.</summary>
    public static string Csv(IReadOnlyList<(LoadCase Case, IReadOnlyList<Measurement> Rounds)> results)
    {
        var text = new StringBuilder("run,orders,seconds,megabytes\n");
        foreach (var (run, rounds) in results)
        {
            var wall = Report.Median(rounds.Select(round => round.Wall.TotalSeconds));
            text.Append(Report.Format($"\"{run.Name}\",{run.Rows},{wall:0.00},{Report.PeakOf(rounds)}\n"));
        }

        return text.ToString();
    }
}
