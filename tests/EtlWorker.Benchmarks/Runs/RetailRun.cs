namespace EtlWorker.Benchmarks.Runs;

/// <summary>The whole retail run, by the worker and by those that it is compared with, each in a database of its own.</summary>
internal sealed class RetailRun(
    RetailPipeline pipeline, MeasuredWorker worker, MeasuredProgram program, DatabaseServer database, string work)
{
    /// <summary>The results of each size, as first seen: whoever runs, they are the same.</summary>
    private readonly Dictionary<int, string> _results = [];

    /// <summary>From the claim of the run to its last notice, by the ledger.</summary>
    public Task<Measurement> WorkerAsync(int rows, RetailFiles files, MeasuredWorker by, CancellationToken cancellationToken) =>
        InDatabaseAsync(rows, async name =>
        {
            var took = await by.RunAsync(name, pipeline.Definition, files.Dropped, pinned: false, cancellationToken);
            var told = await database.AskAsync(
                name,
                """
                select extract(epoch from max(r.ended_at) - max(r.claimed_at))::float8,
                  extract(epoch from max(s.ended_at - s.started_at) filter (where s.stage = 'load'))::float8,
                  extract(epoch from max(s.ended_at - s.started_at) filter (where s.stage = 'check'))::float8,
                  extract(epoch from max(s.ended_at - s.started_at) filter (where s.stage = 'analyse'))::float8
                from etl.run r join etl.run_stage s on s.run_id = r.id
                """,
                cancellationToken);
            TimeSpan Seconds(int column) => TimeSpan.FromSeconds((double)told[column]);
            return took with { Wall = Seconds(0), Stages = new RunStages(Seconds(1), Seconds(2), Seconds(3)) };
        }, cancellationToken);

    public Task<Measurement> WorkerAsync(int rows, RetailFiles files, CancellationToken cancellationToken) =>
        WorkerAsync(rows, files, worker, cancellationToken);

    /// <summary>psql with a person's script: nothing is checked that the server does not.</summary>
    public async Task<Measurement> ScriptAsync(int rows, RetailFiles files, CancellationToken cancellationToken)
    {
        var path = Path.Combine(work, "retail.psql");
        await File.WriteAllTextAsync(path, RetailScript.Of(pipeline, files.Directory, work), cancellationToken);
        return await InDatabaseAsync(rows, async name =>
        {
            var (took, output) = await program.RunAsync(
                database.Psql,
                ["-XqAt", "-h", "127.0.0.1", "-p", $"{database.Port}", "-U", "postgres", "-d", name, "-v", "ON_ERROR_STOP=1", "-f", path],
                pinned: false, cancellationToken);
            return took with { Stages = RetailScript.StagesOf(output) };
        }, cancellationToken);
    }

    /// <summary>pandas and psycopg2, as the script did that EtlWorker replaces.</summary>
    public Task<Measurement> PandasAsync(int rows, RetailFiles files, CancellationToken cancellationToken) =>
        InDatabaseAsync(rows, async name =>
        {
            var (took, output) = await program.RunAsync(
                "/usr/bin/python3",
                [
                    Path.Combine(AppContext.BaseDirectory, "pandas_run.py"), files.Directory, Path.GetDirectoryName(pipeline.Definition)!,
                    work, RetailPipeline.Day, $"host=127.0.0.1 port={database.Port} user=postgres dbname={name}",
                ],
                pinned: false, cancellationToken);
            return took with { Stages = RetailScript.StagesOf(output) };
        }, cancellationToken);

    private async Task<Measurement> InDatabaseAsync(int rows, Func<string, Task<Measurement>> run, CancellationToken cancellationToken)
    {
        var name = await database.CreateAsync(keyed: false, hasFractions: false, cancellationToken);
        try
        {
            var took = await run(name);
            await RequireResultsAsync(rows, name, cancellationToken);
            return took;
        }
        finally
        {
            await database.DropAsync(name, cancellationToken);
        }
    }

    private async Task RequireResultsAsync(int rows, string name, CancellationToken cancellationToken)
    {
        var tables = RetailFiles.Snapshots.Select(snapshot => $"(select count(*)::text from {snapshot.Table})").Concat(
            pipeline.Analyses.Select(analysis =>
                $"(select string_agg((to_jsonb(result) - 'ingestion_date')::text, '') from {analysis.Table} as result)"));
        var told = (string)(await database.AskAsync(name, $"select concat_ws(' ', {string.Join(", ", tables)})", cancellationToken))[0];
        if (!_results.TryAdd(rows, told) && _results[rows] != told)
        {
            throw new InvalidOperationException($"Two runs of the same files gave different results:\n{_results[rows]}\n{told}");
        }
    }
}
