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
            .AppendLine("| rows | load | wall s (least to most) | rows/s | ratio | client CPU s/M rows | server CPU s/M rows | S3 stand-in CPU s/M rows | peak RSS MB |")
            .AppendLine("|---:|---|---:|---:|---:|---:|---:|---:|---:|");
        foreach (var (load, rounds) in results)
        {
            double PerMillion(Func<Measurement, TimeSpan> cpu) => Median(rounds.Select(round => cpu(round).TotalSeconds)) / load.Rows * Million;
            var wall = Median(rounds.Select(round => round.Wall.TotalSeconds));
            var peer = results.FirstOrDefault(result => result.Case.Name == load.Peer && result.Case.Rows == load.Rows).Rounds;
            var ratio = peer is null ? "" : Format($"{Median(rounds.Zip(peer, (own, other) => own.Wall / other.Wall)):0.00}");
            text.AppendLine(Format(
                $"""
                | {load.Rows:N0} | {load.Name} | {wall:0.00} ({rounds.Min(round => round.Wall.TotalSeconds):0.00} to {rounds.Max(round => round.Wall.TotalSeconds):0.00}) | {load.Rows / wall:N0} | {ratio} | {PerMillion(round => round.Client):0.00} | {PerMillion(round => round.Server):0.00} | {PerMillion(round => round.Objects):0.00} | {Median(rounds.Select(round => (double)round.Peak)) / Million:0} |
                """));
        }

        return text.ToString();
    }

    public static string Format(FormattableString text) => text.ToString(CultureInfo.InvariantCulture);

    private static double Median(IEnumerable<double> values)
    {
        var sorted = values.Order().ToList();
        return sorted.Count % 2 == 1 ? sorted[sorted.Count / 2] : (sorted[sorted.Count / 2 - 1] + sorted[sorted.Count / 2]) / 2;
    }
}
