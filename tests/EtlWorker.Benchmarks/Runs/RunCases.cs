namespace EtlWorker.Benchmarks.Runs;

/// <summary>The whole runs that are measured.</summary>
internal static class RunCases
{
    private const string Worker = "EtlWorker, every field checked";
    private const string Script = "psql script, nothing checked";
    private const string Shuffled = ", rows in no order";

    public static IEnumerable<LoadCase> Of(
        int rows, (RetailFiles InOrder, RetailFiles Shuffled) files, BenchOptions options, RetailRun run, MeasuredWorker? former)
    {
        foreach (var (name, set) in new[] { ("", files.InOrder), (Shuffled, files.Shuffled) })
        {
            var (script, worker) = (Script + name, Worker + name);
            yield return new(script, rows, cancellation => run.ScriptAsync(rows, set, cancellation)) { Peer = new Peer(script, "itself") };
            yield return new(worker, rows, cancellation => run.WorkerAsync(rows, set, cancellation)) { Peer = new Peer(script, "psql") };
            if (former is not null)
            {
                yield return new("EtlWorker of --base" + name, rows, cancellation => run.WorkerAsync(rows, set, former, cancellation))
                {
                    Peer = new Peer(worker, "this build"),
                };
            }
        }

        if (rows <= options.PandasUpTo)
        {
            yield return new("pandas script", rows, cancellation => run.PandasAsync(rows, files.InOrder, cancellation))
            {
                Peer = new Peer(Worker, "EtlWorker"),
            };
        }
    }
}
