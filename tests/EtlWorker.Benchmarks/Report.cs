using System.Globalization;
using System.Text;

namespace EtlWorker.Benchmarks;

/// <summary>The table of loads, in Markdown: medians of all rounds, and the median of the ratios that each round gave.</summary>
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
            string[] cells =
            [
                Format($"{load.Rows:N0}"), load.Name, WallOf(rounds),
                Format($"{load.Rows / Median(rounds.Select(round => round.Wall.TotalSeconds)):N0}"), RatioOf(load, rounds, results),
                Format($"{PerMillion(round => round.Client):0.00}"), Format($"{PerMillion(round => round.Server):0.00}"),
                Format($"{PerMillion(round => round.Objects):0.00}"), PeakOf(rounds),
            ];
            text.AppendLine($"| {string.Join(" | ", cells)} |");
        }

        return text.ToString();
    }

    public static string WallOf(IReadOnlyList<Measurement> rounds)
    {
        var (median, slowest) = (Median(rounds.Select(round => round.Wall.TotalSeconds)), rounds.Max(round => round.Wall.TotalSeconds));
        return Format($"{median:0.00} ({Best(rounds).TotalSeconds:0.00} to {slowest:0.00})");
    }

    /// <returns>Empty for who is its own peer, or has none here.</returns>
    public static string RatioOf(
        LoadCase load, IReadOnlyList<Measurement> rounds, IReadOnlyList<(LoadCase Case, IReadOnlyList<Measurement> Rounds)> results)
    {
        var peer = results.FirstOrDefault(result => result.Case.Name == load.Peer.Case && result.Case.Rows == load.Rows).Rounds;
        if (peer is null || peer == rounds)
        {
            return "";
        }

        // Of the same round, since what slows the machine slows both; and of the best ones, which were slowed least.
        var each = Median(rounds.Zip(peer, (own, other) => own.Wall / other.Wall));
        return Format($"{each:0.00} ({Best(rounds) / Best(peer):0.00}) x {load.Peer.Short}");
    }

    public static string PeakOf(IReadOnlyList<Measurement> rounds) =>
        Format($"{Median(rounds.Select(round => (double)round.Peak)) / Million:0}");

    public static string Format(FormattableString text) => text.ToString(CultureInfo.InvariantCulture);

    public static double Median(IEnumerable<double> values)
    {
        var sorted = values.Order().ToList();
        return sorted.Count % 2 == 1 ? sorted[sorted.Count / 2] : (sorted[sorted.Count / 2 - 1] + sorted[sorted.Count / 2]) / 2;
    }

    private static TimeSpan Best(IEnumerable<Measurement> rounds) => rounds.Min(round => round.Wall);
}
