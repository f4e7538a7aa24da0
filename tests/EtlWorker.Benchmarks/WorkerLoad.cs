using System.Globalization;

namespace EtlWorker.Benchmarks;

/// <summary>The worker with a pipeline of one feed.</summary>
internal sealed class WorkerLoad(MeasuredWorker worker, string work, DatabaseServer database, ObjectServer objects, TimeProvider time)
{
    private static readonly TimeSpan Idles = TimeSpan.FromSeconds(30);

    /// <summary>A day is claimed once, so each load has a database of its own, and so has its drop.</summary>
    public async Task<Measurement> MeasureAsync(DroppedFile file, long rows, bool keyed, bool pinned, CancellationToken cancellationToken)
    {
        var name = await database.CreateAsync(keyed, file.HasFractions, cancellationToken);
        try
        {
            var definition = await DefineAsync(file.Key, file.Options, cancellationToken);
            var took = await worker.RunAsync(name, definition, [file], pinned, cancellationToken);
            return took with { Wall = await WallAsync(name, rows, cancellationToken) };
        }
        finally
        {
            await database.DropAsync(name, cancellationToken);
        }
    }

    /// <summary>A load that replaces as many rows as it brings, beside a reader who asks for one row again and again.</summary>
    /// <returns>The load's time, the longest that the reader waited for an answer, and the table's bytes before and after.</returns>
    public async Task<(TimeSpan Wall, TimeSpan LongestWait, long Before, long After)> ReplaceAsync(
        DroppedFile file, string path, long rows, CancellationToken cancellationToken)
    {
        var name = await database.CreateAsync(keyed: true, hasFractions: false, cancellationToken);
        try
        {
            await database.CopyAsync(name, "public.orders", path, cancellationToken);
            var before = await SizeAsync(name, cancellationToken);
            using var process = await worker.StartAsync(
                name, await DefineAsync(file.Key, file.Options, cancellationToken), pinned: false, cancellationToken);
            using var ended = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
            var reading = ReadAsync(name, ended.Token);
            await objects.TellAsync(file, time.GetUtcNow(), cancellationToken);
            await process.SeeAsync("succeeded: results are in place", cancellationToken);
            await ended.CancelAsync();
            var wall = await WallAsync(name, rows, cancellationToken);
            await process.StopAsync(cancellationToken);
            return (wall, await reading, before, await SizeAsync(name, cancellationToken));
        }
        finally
        {
            await database.DropAsync(name, cancellationToken);
        }
    }

    private async Task<long> SizeAsync(string name, CancellationToken cancellationToken) =>
        (long)(await database.AskAsync(name, "select pg_total_relation_size('public.orders')", cancellationToken))[0];

    private async Task<TimeSpan> ReadAsync(string name, CancellationToken cancellationToken)
    {
        var longest = TimeSpan.Zero;
        while (!cancellationToken.IsCancellationRequested)
        {
            var began = time.GetTimestamp();
            await database.AskAsync(name, "select order_id from public.orders limit 1", CancellationToken.None);
            longest = TimeSpan.FromTicks(Math.Max(longest.Ticks, time.GetElapsedTime(began).Ticks));
        }

        return longest;
    }

    /// <returns>Resident bytes, and the share of one core, of a worker to which nothing is reported.</returns>
    public async Task<(long Resident, double Load)> IdleAsync(CancellationToken cancellationToken)
    {
        var name = await database.CreateAsync(keyed: false, hasFractions: false, cancellationToken);
        using var process = await worker.StartAsync(
            name, await DefineAsync("nothing.csv", "", cancellationToken), pinned: false, cancellationToken);
        var before = ProcessReading.Cpu(process.Id);
        await Task.Delay(Idles, time, cancellationToken);
        var idle = (ProcessReading.Resident(process.Id), (ProcessReading.Cpu(process.Id) - before) / Idles);
        await process.StopAsync(cancellationToken);
        await database.DropAsync(name, cancellationToken);
        return idle;
    }

    private async Task<string> DefineAsync(string key, string options, CancellationToken cancellationToken)
    {
        var definition = Path.Combine(work, "pipeline.json");
        await File.WriteAllTextAsync(
            definition,
            $$"""
            { "name": "bench", "timeZone": "UTC", "trigger": { "lookback": "00:01" },
              "feeds": [ { "name": "orders", "object": "{{key}}", "table": "public.orders"{{options}} } ],
              "rejects": { "max": 1000000000, "maxPercent": 100 } }
            """,
            cancellationToken);
        return definition;
    }

    /// <summary>What the ledger says: from the beginning of the stage load to the end of the stage commit.</summary>
    private async Task<TimeSpan> WallAsync(string name, long rows, CancellationToken cancellationToken)
    {
        var told = await database.AskAsync(
            name,
            """
            select extract(epoch from max(s.ended_at) filter (where s.stage = 'commit')
                - min(s.started_at) filter (where s.stage = 'load'))::float8,
              max(f.rows_read), max(f.rows_loaded) - (select count(*) from public.orders)
            from etl.run_stage s join etl.run_feed f using (run_id)
            """,
            cancellationToken);
        return Convert.ToInt64(told[1], CultureInfo.InvariantCulture) == rows && Convert.ToInt64(told[2], CultureInfo.InvariantCulture) == 0
            ? TimeSpan.FromSeconds((double)told[0])
            : throw new InvalidOperationException($"The worker read {told[1]} rows of {rows}; {told[2]} of those it loaded are missing.");
    }
}
