using System.Globalization;
using System.Text;

namespace EtlWorker.Benchmarks;

/// <summary>The table in Markdown: medians of all rounds, and the median of the ratios that each round gave.</summary>
internal static class Report
{
    private const double Million = 1_000_000;

    public static string Of(IReadOnlyList<(LoadCase Case, IReadOnlyList<Measurement> Rounds)> results)
    {
        var text = new StringBuilder()
            .AppendLine("| rows | load | wall s (least to most) | rows/s | ratio (of the best) | client CPU s/M rows | server CPU s/M rows "
                + "| S3 stand-in CPU s/M rows | peak RSS MB |")
            .AppendLine("|---:|---|---:|---:|---:|---:|---:|---:|---:|");
        foreach (var (load, rounds) in results)
        {
            double PerMillion(Func<Measurement, TimeSpan> cpu) =>
                Median(rounds.Select(round => cpu(round).TotalSeconds)) / load.Rows * Million;
            var wall = Median(rounds.Select(round => round.Wall.TotalSeconds));
            // Of the same round, since what slows the machine slows both; and of the best ones, which were slowed least.
            var peer = results.FirstOrDefault(result => result.Case.Name == load.Peer.Case && result.Case.Rows == load.Rows).Rounds;
            var ratio = "";
            if (peer is not null && peer != rounds)
            {
                var each = Median(rounds.Zip(peer, (own, other) => own.Wall / other.Wall));
                ratio = Format($"{each:0.00} ({Best(rounds) / Best(peer):0.00}) x {load.Peer.Short}");
            }

            var slowest = rounds.Max(round => round.Wall.TotalSeconds);
            string[] cells =
            [
                Format($"{load.Rows:N0}"), load.Name, Format($"{wall:0.00} ({Best(rounds).TotalSeconds:0.00} to {slowest:0.00})"),
                Format($"{load.Rows / wall:N0}"), ratio, Format($"{PerMillion(round => round.Client):0.00}"),
                Format($"{PerMillion(round => round.Server):0.00}"), Format($"{PerMillion(round => round.Objects):0.00}"),
                Format($"{Median(rounds.Select(round => (double)round.Peak)) / Million:0}"),
            ];
            text.AppendLine($"| {string.Join(" | ", cells)} |");
        }

        return text.ToString();
    }

    public static string Format(FormattableString text) => text.ToString(CultureInfo.InvariantCulture);

    private static TimeSpan Best(IEnumerable<Measurement> rounds) => rounds.Min(round => round.Wall);

    private static double Median(IEnumerable<double> values)
    {
        var sorted = values.Order().ToList();
        return sorted.Count % 2 == 1 ? sorted[sorted.Count / 2] : (sorted[sorted.Count / 2 - 1] + sorted[sorted.Count / 2]) / 2;
    }
}
