namespace EtlWorker.Benchmarks;

/// <summary>The real worker, a new process for each run: it hears of the drops, runs, commits, tells.</summary>
internal sealed class MeasuredWorker(string binary, DatabaseServer database, ObjectServer objects, TimeProvider time)
{
    /// <summary>Its first listing, poll and step are over by then.</summary>
    private static readonly TimeSpan Settles = TimeSpan.FromSeconds(1);

    /// <param name="name">Of a database with the ledger.</param>
    /// <param name="definition">The path of the pipeline's definition.</param>
    /// <param name="pinned">Whether it has one core.</param>
    /// <param name="cancellationToken">Ends the wait for it.</param>
    /// <returns>The worker, once it listens and is at rest.</returns>
    public async Task<Child> StartAsync(string name, string definition, bool pinned, CancellationToken cancellationToken)
    {
        var process = new Child(
            binary,
            [],
            new Dictionary<string, string>(objects.Environment)
            {
                ["ETLWORKER__PIPELINE__DEFINITION"] = definition,
                ["ETLWORKER__DATABASE__CONNECTIONSTRING"] = database.ConnectionTo(name),
            },
            pinned);
        await process.SeeAsync("Listening on", cancellationToken);
        await Task.Delay(Settles, time, cancellationToken);
        return process;
    }

    /// <summary>A run of files that have landed just now.</summary>
    /// <param name="name">Of a database with the ledger.</param>
    /// <param name="definition">The path of the pipeline's definition.</param>
    /// <param name="files">One of each feed.</param>
    /// <param name="pinned">Whether the worker has one core.</param>
    /// <param name="cancellationToken">Ends the run.</param>
    /// <returns>What it took, but for the time, which the ledger knows.</returns>
    public async Task<Measurement> RunAsync(
        string name, string definition, IReadOnlyList<DroppedFile> files, bool pinned, CancellationToken cancellationToken)
    {
        using var process = await StartAsync(name, definition, pinned, cancellationToken);
        var (client, server, s3) = (ProcessReading.Cpu(process.Id), database.Cpu, objects.Cpu);
        foreach (var file in files)
        {
            await objects.TellAsync(file, time.GetUtcNow(), cancellationToken);
        }

        await process.SeeAsync("succeeded: results are in place", cancellationToken);
        (client, server, s3) = (ProcessReading.Cpu(process.Id) - client, database.Cpu - server, objects.Cpu - s3);
        var peak = ProcessReading.Peak(process.Id);
        await process.StopAsync(cancellationToken);
        return new Measurement(TimeSpan.Zero, client, server, s3, peak);
    }
}
