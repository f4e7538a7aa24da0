using EtlWorker.Benchmarks.Runs;

namespace EtlWorker.Benchmarks;

/// <summary>Measures every case once in each round, so that what disturbs the machine disturbs all alike, and in turned order.</summary>
internal sealed class Bench(
    BenchOptions options, DatabaseServer database, ObjectServer objects, string work, TimeProvider time, TextWriter output)
{
    public static async Task RunAsync(BenchOptions options, TimeProvider time, TextWriter output, CancellationToken cancellationToken)
    {
        var root = FindRoot(new DirectoryInfo(AppContext.BaseDirectory));
        var binary = options.Worker ?? await PublishAsync(root, output, cancellationToken);
        var work = Directory.CreateTempSubdirectory("etlworker-bench-").FullName;
        // psql and the server, which is not this user, look in.
        File.SetUnixFileMode(
            work,
            UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute | UnixFileMode.OtherRead | UnixFileMode.OtherExecute);
        try
        {
            await using var database = await DatabaseServer.StartAsync(
                root, binary, Path.Combine(work, "postgres"), options.Postgres, cancellationToken);
            using var objects = await ObjectServer.StartAsync(
                Path.Combine(root, "artifacts", "bin", "LocalAws", "release", "LocalAws"), cancellationToken);
            var bench = new Bench(options, database, objects, work, time, output);
            await (options.IsRun
                ? bench.MeasureRunsAsync(root, binary, cancellationToken) : bench.MeasureLoadsAsync(binary, cancellationToken));
        }
        finally
        {
            Directory.Delete(work, recursive: true);
        }
    }

    private async Task MeasureLoadsAsync(string binary, CancellationToken cancellationToken)
    {
        WorkerLoad LoadOf(string worker) => new(WorkerOf(worker), work, database, objects, time);
        var worker = LoadOf(binary);
        var former = options.Base is null ? null : LoadOf(options.Base);
        var program = new ProgramLoad(database, time);
        var cases = new List<LoadCase>();
        BenchFiles? files = null;
        foreach (var rows in options.Rows.Prepend(BenchOptions.FewRows))
        {
            await SayMakingAsync(rows);
            files = await BenchFiles.MakeAsync(rows, work, database, objects, cancellationToken);
            cases.AddRange(LoadCases.Of(files, options, worker, former, program));
        }

        var results = await MeasureAsync(cases, cancellationToken);
        await database.PinAsync(pinned: false, cancellationToken);
        var (resident, share) = await worker.IdleAsync(cancellationToken);
        await output.WriteLineAsync();
        await output.WriteAsync(Report.Of(results));
        await output.WriteLineAsync();
        await (options.Only.Length > 0 ? Task.CompletedTask : ReportReadersAsync(worker, files!, cancellationToken));
        await output.WriteLineAsync(Report.Format($"Idle: {resident / 1e6:0} MB resident, {share:0.00%} of one core."));
    }

    private async Task MeasureRunsAsync(string root, string binary, CancellationToken cancellationToken)
    {
        var run = new RetailRun(
            RetailPipeline.CopyTo(work, root), WorkerOf(binary), new MeasuredProgram(database, time), database, work);
        var former = options.Base is null ? null : WorkerOf(options.Base);
        var cases = new List<LoadCase>();
        foreach (var rows in options.Rows)
        {
            await SayMakingAsync(rows);
            var files = await RetailFiles.MakeAsync(rows, work, objects, cancellationToken);
            cases.AddRange(RunCases.Of(rows, files, options, run, former));
        }

        await Task.Delay(RetailPipeline.Lookback, time, cancellationToken);
        var results = await MeasureAsync(cases, cancellationToken);
        await output.WriteLineAsync();
        await output.WriteAsync(RunReport.Of(results));
        if (options.Plot is not null)
        {
            var figures = Path.Combine(work, "growth.csv");
            await File.WriteAllTextAsync(figures, RunReport.Csv(results), cancellationToken);
            using var draw = new Child(
                "/usr/bin/python3", [Path.Combine(AppContext.BaseDirectory, "growth_plot.py"), figures, options.Plot]);
            await draw.EndAsync(cancellationToken);
        }
    }

    private MeasuredWorker WorkerOf(string binary) => new(binary, database, objects, time);

    private Task SayMakingAsync(int rows) => output.WriteLineAsync(Report.Format($"Making files of {rows:N0} rows"));

    private async Task<IReadOnlyList<(LoadCase Case, IReadOnlyList<Measurement> Rounds)>> MeasureAsync(
        IEnumerable<LoadCase> all, CancellationToken cancellationToken)
    {
        var cases = all.Where(load => load.Name.StartsWith(options.Only, StringComparison.Ordinal)).ToList();
        if (cases.Count == 0)
        {
            throw new FormatException($"--only {options.Only}: nothing that is measured has a name that begins so; "
                + "docs/performance.md has the names.");
        }

        var results = cases.Select(load => (Case: load, Rounds: new Measurement[options.Rounds])).ToList();
        // Nobody pays for the first start of anything.
        await cases[0].MeasureAsync(cancellationToken);
        for (var round = 0; round < options.Rounds; round++)
        {
            foreach (var (load, rounds) in results.Skip(round % results.Count).Concat(results.Take(round % results.Count)))
            {
                await database.PinAsync(load.Pinned, cancellationToken);
                rounds[round] = await load.MeasureAsync(cancellationToken);
                await output.WriteLineAsync(
                    Report.Format($"round {round + 1}: {load.Rows:N0} rows, {load.Name}: {rounds[round].Wall.TotalSeconds:0.00} s"));
            }
        }

        return [.. results.Select(result => (result.Case, (IReadOnlyList<Measurement>)result.Rounds))];
    }

    private async Task ReportReadersAsync(WorkerLoad worker, BenchFiles files, CancellationToken cancellationToken)
    {
        await output.WriteLineAsync(
            "| rows replaced | replaceBy | load s | longest wait of a reader s | table and key MB, before and after |");
        await output.WriteLineAsync("|---:|---|---:|---:|---:|");
        foreach (var by in new[] { "truncate", "delete" })
        {
            var file = files.DroppedClean with { Options = $", \"replaceBy\": \"{by}\"" };
            var (wall, wait, before, after) = await worker.ReplaceAsync(file, files.Clean, files.Rows, cancellationToken);
            await output.WriteLineAsync(Report.Format(
                $"| {files.Rows:N0} | {by} | {wall.TotalSeconds:0.00} | {wait.TotalSeconds:0.000} | {before / 1e6:0}, {after / 1e6:0} |"));
        }

        await output.WriteLineAsync();
    }

    private static async Task<string> PublishAsync(string root, TextWriter output, CancellationToken cancellationToken)
    {
        await output.WriteLineAsync("Publishing the worker");
        using var publish = new Child(Path.Combine(root, "publish.sh"), []);
        await publish.EndAsync(cancellationToken);
        await output.WriteAsync(publish.Output);
        return Path.Combine(root, "artifacts", "etlworker-linux-x64", "EtlWorker");
    }

    private static string FindRoot(DirectoryInfo? directory)
    {
        while (directory is not null && !File.Exists(Path.Combine(directory.FullName, "EtlWorker.sln")))
        {
            directory = directory.Parent;
        }

        return directory?.FullName ?? throw new InvalidOperationException("The benchmarks run outside of a checkout.");
    }
}
