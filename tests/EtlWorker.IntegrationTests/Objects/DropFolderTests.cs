using EtlWorker.IntegrationTests.Rigging;
using EtlWorker.StandIns;
using Xunit;

namespace EtlWorker.IntegrationTests.Objects;

/// <summary>A folder as the source, through the real binary: no queue, no bucket, no topic, and no key of AWS.</summary>
public sealed class DropFolderTests(PostgresServer postgres) : IAsyncLifetime
{
    private readonly DirectoryInfo _drops = Directory.CreateTempSubdirectory("etlworker-drops-");
    private readonly DirectoryInfo _results = Directory.CreateTempSubdirectory("etlworker-results-");
    private LocalAws _aws = null!;

    public async ValueTask InitializeAsync() => _aws = await LocalAws.StartAsync(cancellationToken: TestContext.Current.CancellationToken);

    public async ValueTask DisposeAsync()
    {
        await _aws.DisposeAsync();
        _drops.Delete(recursive: true);
        _results.Delete(recursive: true);
    }

    [Fact]
    public async Task A_set_in_a_folder_is_loaded_and_its_results_are_written_to_a_folder()
    {
        await using var rig = await CreateRigAsync();
        using var samples = new SampleDirectory(500);
        await using var worker = WorkerProcess.Start(rig.Environment);
        await worker.SeeAsync("Looking at file:///", rig.Token);
        foreach (var (folder, name) in new[]
        {
            ("reference", "dim_products"), ("reference", "dim_dates"), ("orders_data", "shipment_deliveries"), ("orders_data", "orders"),
            ("orders_data", "reviews"),
        })
        {
            Copy(Path.Combine(samples.Path, $"{name}.csv"), $"{folder}/{name}.csv");
        }

        await rig.UntilAsync("select exists (select from etl.run where state = 'succeeded')");

        Assert.True(await rig.QueryAsync<bool>("select count(*) >= 500 from staging.orders"));
        foreach (var analysis in Rig.Analyses)
        {
            var rows = await rig.CsvAsync($"select * from analytics.{analysis}");
            Assert.Equal(
                rows.Split('\n').Length,
                (await File.ReadAllLinesAsync(
                    Path.Combine(_results.FullName, "analytics_export", "retail", $"{analysis}.csv"), rig.Token)).Length + 1);
        }

        await worker.SeeAsync("SUCCEEDED", rig.Token);
        await rig.UntilAsync("select count(*) = 1 from etl.notification where kind = 'succeeded' and message_id = 'journal'");
        Assert.Empty(_results.EnumerateFiles("*.tmp", SearchOption.AllDirectories));
        Assert.Equal(0, await worker.StopAsync(rig.Token));
    }

    [Fact]
    public async Task The_system_says_that_a_file_landed_before_it_is_time_to_look()
    {
        await using var rig = await CreateRigAsync();
        await rig.DefineAsync("{}", "orders");
        rig.Environment["ETLWORKER__RECOVERY__INTERVAL"] = "01:00:00";
        await using var worker = WorkerProcess.Start(rig.Environment);
        await worker.SeeAsync("Looking at file:///", rig.Token);

        Write("in/orders.csv", "id,note\n1,x\n");

        await rig.UntilAsync("select exists (select from etl.run where state = 'succeeded')");
    }

    [Fact]
    public async Task A_file_that_is_touched_or_restored_is_no_other_drop_of_a_feed_that_appends_and_is_one_of_a_snapshot()
    {
        await using var rig = await CreateRigAsync();
        await rig.DefineAsync("{}", """orders "mode": "append" """, "reviews");
        await using var worker = WorkerProcess.Start(rig.Environment);
        await worker.SeeAsync("Looking at file:///", rig.Token);
        var (orders, reviews) = (Write("in/orders.csv", "id,note\n1,x\n2,x\n"), Write("in/reviews.csv", "id,note\n1,x\n"));
        await rig.UntilAsync("select exists (select from etl.run where state = 'succeeded')");

        File.SetLastWriteTimeUtc(orders, File.GetLastWriteTimeUtc(orders).AddMinutes(-30));
        File.SetLastWriteTimeUtc(reviews, File.GetLastWriteTimeUtc(reviews).AddMinutes(-30));
        await rig.UntilAsync("select count(*) = 2 from etl.drop where feed = 'reviews'");
        // The look that found the one has had the other.
        Write("in/reviews.csv", "id,note\n1,x\n2,x\n");
        await rig.UntilAsync("select count(*) = 3 from etl.drop where feed = 'reviews'");

        Assert.Equal(1, await rig.QueryAsync<long>("select count(*) from etl.drop where feed = 'orders'"));
        Assert.Equal(2, await rig.RowsAsync("orders"));
        Assert.Equal(1, await rig.QueryAsync<long>("select count(*) from etl.run"));
    }

    /// <summary>Whether what is read then can be loaded or not: neither is what landed.</summary>
    [Theory]
    [InlineData("7,y\n")]
    [InlineData("no\n")]
    public async Task A_file_that_is_overwritten_while_it_is_read_is_planned_again(string line)
    {
        await using var rig = await CreateRigAsync();
        await rig.DefineAsync("{}", """orders "mode": "append" """);
        await rig.ExecuteAsync("alter table public.orders drop constraint orders_pkey");
        await using var worker = WorkerProcess.Start(rig.Environment);
        await worker.SeeAsync("Looking at file:///", rig.Token);
        const int Rows = 500_000;
        await using (var holder = await PostgresServer.OpenAsync(rig.ConnectionString, rig.Token))
        {
            await using var begin = new Npgsql.NpgsqlCommand("begin; lock table public.orders", holder);
            await begin.ExecuteNonQueryAsync(rig.Token);
            var path = Write("in/orders.csv", $"id,note\n{string.Concat(Enumerable.Repeat("1,x\n", Rows))}");
            await rig.UntilAsync(
                "select exists (select from pg_stat_activity where datname = current_database() and wait_event_type = 'Lock' "
                    + "and query ilike 'copy%')");
            // In place, of the same length; the header and the first buffers are read.
            var text = $"id,note\n{string.Concat(Enumerable.Repeat(line, Rows * 4 / line.Length))}".PadRight(8 + (Rows * 4), '\n');
            await using var file = new FileStream(path, FileMode.Open, FileAccess.Write, FileShare.ReadWrite);
            await file.WriteAsync(System.Text.Encoding.UTF8.GetBytes(text), rig.Token);
        }

        await rig.UntilAsync("select exists (select from etl.drop where disposition = 'gone')");
        await rig.UntilAsync("select exists (select from etl.run where state in ('succeeded', 'failed') and ended_at is not null)");

        // Of the first file no row, and no run that failed by it.
        Assert.Equal(0, await rig.QueryAsync<long>("select count(*) from public.orders where note = 'x'"));
        Assert.Equal(line[0] == '7' ? Rows : 0, await rig.RowsAsync("orders"));
        Assert.Equal(
            "gone, " + (line[0] == '7' ? "loaded" : "failed"),
            await rig.QueryAsync<string>("select string_agg(disposition, ', ' order by id) from etl.drop"));
    }

    [Theory]
    [InlineData("before insert on etl.drop for each row")]
    [InlineData("before insert on etl.run for each row")]
    [InlineData("before insert on public.orders for each statement")]
    [InlineData("before insert on public.counted for each statement")]
    [InlineData("before update on etl.run for each row when (new.state = 'committed')")]
    [InlineData("before insert on etl.run_stage for each row when (new.stage = 'export')")]
    [InlineData("before update on etl.run for each row when (new.state = 'succeeded')")]
    [InlineData("before update on etl.notification for each row")]
    public async Task Killed_at_any_moment_a_set_is_loaded_once(string moment)
    {
        await using var rig = await CreateRigAsync();
        await rig.DefineAsync("{}", """orders "mode": "append" """);
        await using (var roadblock = await Roadblock.RaiseAsync(rig, $"create trigger roadblock {moment}"))
        {
            await using var first = WorkerProcess.Start(rig.Environment);
            await first.SeeAsync("Looking at file:///", rig.Token);
            Write("in/orders.csv", "id,note\n1,x\n2,x\n");
            await roadblock.ReachedAsync();
            first.Kill();
            await first.ExitAsync(rig.Token);
        }

        await using var again = WorkerProcess.Start(rig.Environment);
        await rig.UntilAsync("select exists (select from etl.run where state = 'succeeded')");
        await rig.UntilAsync(
            "select exists (select from etl.notification) and not exists (select from etl.notification where sent_at is null)");
        Assert.Equal(2, await rig.RowsAsync("orders"));
        Assert.Equal("1 1", await rig.QueryAsync<string>(
            "select (select count(*) from etl.drop) || ' ' || (select count(*) from etl.run)"));
        Assert.Equal(2, (await File.ReadAllLinesAsync(Path.Combine(_results.FullName, "out", "counted.csv"), rig.Token)).Length);
    }

    private async Task<Rig> CreateRigAsync()
    {
        var rig = await Rig.CreateAsync(postgres, _aws.Endpoint, null, TestContext.Current.CancellationToken);
        rig.ForgetAws();
        rig.Environment["ETLWORKER__PIPELINE__SOURCE"] = $"file://{_drops.FullName}";
        rig.Environment["ETLWORKER__PIPELINE__RESULTS"] = $"file://{_results.FullName}";
        rig.Environment["ETLWORKER__PIPELINE__STABLEFOR"] = "00:00:01";
        rig.Environment["ETLWORKER__RECOVERY__INTERVAL"] = "00:00:01";
        rig.Environment["ETLWORKER__RUN__INTERVAL"] = "00:00:01";
        return rig;
    }

    private string Write(string key, string text)
    {
        var path = Path.Combine(_drops.FullName, key);
        Directory.CreateDirectory(Path.GetDirectoryName(path)!);
        File.WriteAllText(path, text);
        return path;
    }

    private void Copy(string from, string key)
    {
        var path = Path.Combine(_drops.FullName, key);
        Directory.CreateDirectory(Path.GetDirectoryName(path)!);
        // Renamed into place, as a careful sender does.
        File.Copy(from, $"{path}.part");
        File.Move($"{path}.part", path);
    }
}
