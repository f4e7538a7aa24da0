using System.Globalization;

namespace EtlWorker.Benchmarks;

/// <summary>What is measured, from the command line.</summary>
/// <param name="Worker">The worker's binary; null for the one that <c>publish.sh</c> makes.</param>
/// <param name="Rows">File sizes, in rows.</param>
/// <param name="Rounds">How often everything is measured.</param>
/// <param name="PandasUpTo">The largest file that the pandas script loads: it takes minutes for millions.</param>
/// <param name="Base">Another build of the worker, measured in the same rounds; null for none.</param>
/// <param name="Postgres">The folder of another PostgreSQL's programs; null for the newest that is installed.</param>
/// <param name="Only">Measures only the cases whose name begins so.</param>
/// <param name="IsRun">Whether whole runs are measured, and no loads.</param>
/// <param name="Plot">The path of a picture of how runs grow with their files; null for none.</param>
internal sealed record BenchOptions(
    string? Worker, IReadOnlyList<int> Rows, int Rounds, int PandasUpTo, string? Base, string? Postgres,
    string Only, bool IsRun, string? Plot)
{
    public const string Usage =
        "usage: ./bench.sh [--run [--plot SVG]] [--rows N,N...] [--rounds N] [--pandas-up-to N] [--only CASE] [--worker PATH] "
            + "[--base PATH] [--postgres BINDIR]";

    /// <summary>How many rows a file has whose load shows that memory does not grow with it.</summary>
    public const int FewRows = 50_000;

    /// <exception cref="FormatException">Says which argument is wrong.</exception>
    public static BenchOptions Parse(IReadOnlyList<string> arguments)
    {
        var isRun = arguments.Contains("--run");
        arguments = [.. arguments.Where(argument => argument != "--run")];
        var options = isRun
            ? new BenchOptions(null, [300_000, 3_000_000], 3, 300_000, null, null, "", isRun, null)
            : new BenchOptions(null, [1_000_000, 5_000_000], 3, 1_000_000, null, null, "", isRun, null);
        for (var index = 0; index < arguments.Count; index += 2)
        {
            var (name, value) = (arguments[index], index + 1 < arguments.Count ? arguments[index + 1] : throw new FormatException(
                $"{arguments[index]} needs a value."));
            options = name switch
            {
                "--worker" => options with { Worker = Path.GetFullPath(value) },
                "--base" => options with { Base = Path.GetFullPath(value) },
                "--postgres" => options with { Postgres = Path.GetFullPath(value) },
                "--rows" => options with { Rows = [.. value.Split(',').Select(rows => Number(name, rows))] },
                "--plot" when isRun => options with { Plot = Path.GetFullPath(value) },
                "--rounds" => options with { Rounds = Number(name, value) },
                "--pandas-up-to" => options with { PandasUpTo = Number(name, value) },
                "--only" => options with { Only = value },
                _ => throw new FormatException($"Unknown option {name}."),
            };
        }

        return (options.Worker is null || File.Exists(options.Worker)) && (options.Base is null || File.Exists(options.Base))
            ? options
            : throw new FormatException("--worker or --base names no file.");
    }

    private static int Number(string name, string text) =>
        int.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out var number) && number > 0
            ? number
            : throw new FormatException($"{name} {text}: not a number above 0.");
}
