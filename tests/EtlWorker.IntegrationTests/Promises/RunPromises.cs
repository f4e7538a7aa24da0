using System.Globalization;
using System.Text;
using EtlWorker.IntegrationTests.Rigging;
using EtlWorker.StandIns.Http;
using Xunit;

namespace EtlWorker.IntegrationTests.Promises;

/// <summary>What is promised of a run's load and of the process.</summary>
public sealed class RunPromises(PostgresServer postgres) : PromiseRig(postgres)
{
    [Fact]
    public async Task All_or_nothing()
    {
        await using var rig = await CreateRigAsync();
        await using (var first = await rig.StartAsync())
        {
            await DropSetAsync(rig);
            await rig.NotifiedAsync("succeeded");
            Clock.Shift = SmallPipeline.OneDay;
            await using var block = await Roadblock.RaiseAsync(rig, BeginOf("commit"));
            await DropSetAsync(rig, 30, 20, "new");
            await block.ReachedAsync();
            // Everything is loaded and analysed, and nobody sees any of it; who reads an emptied table waits for the run.
            Assert.Equal(1, await rig.RowsAsync("counted"));
            first.Kill();
            await first.ExitAsync(rig.Token);
            await block.TurnAwayAsync();
        }

        Assert.Equal("3 2 1", await SeenAsync(rig));
        await using var second = await rig.StartAsync();
        await rig.NotifiedAsync("succeeded");
        Assert.Equal("30 20 2", await SeenAsync(rig));
    }

    [Fact]
    public async Task Exact_bytes()
    {
        await using var rig = await CreateRigAsync();
        await using var block = await Roadblock.RaiseAsync(rig, BeginOf("load"));
        await using var worker = await rig.StartAsync();
        await DropSetAsync(rig, 20_000, 2);
        await block.ReachedAsync();
        // Another version, whose event is lost, and a connection that breaks twice within the one that was notified of.
        Aws.Faults.DeliverCopies(rig.Aws.QueueName, 0);
        await rig.DropRowsAsync("orders", 7, "other");
        Aws.Faults.CutBody(70_000, 2, request => request.Target.Contains("orders", StringComparison.Ordinal));
        await block.LiftAsync();

        await rig.NotifiedAsync("succeeded");

        Assert.Equal(20_000, await rig.RowsAsync("orders"));
        var text = $"id,note\n{string.Concat(Enumerable.Range(1, 20_000).Select(id => $"{id},x\n"))}";
        Assert.Equal(
            (Convert.ToHexStringLower(System.Security.Cryptography.SHA256.HashData(Encoding.UTF8.GetBytes(text))), (long)text.Length, 1),
            (await rig.QueryAsync<string>("select sha256 from etl.run_feed where feed = 'orders'"),
                await rig.QueryAsync<long>("select bytes from etl.run_feed where feed = 'orders'"),
                await rig.QueryAsync<int>("select attempt from etl.run")));
    }

    [Fact]
    public async Task No_row_vanishes()
    {
        await using var rig = await CreateRigAsync("{}", """orders "rejects": { "max": 2, "maxPercent": 50 }""");
        await using var worker = await rig.StartAsync();
        await rig.DropAsync("in/orders.csv", "id,note\n1,a\nx,b\n3,c\n,d\n5,e\n");
        var told = await rig.NotifiedAsync("succeeded");
        Assert.Contains("line 3, column id", told.Body, StringComparison.Ordinal);
        Assert.Equal(
            "5 3 2", await rig.QueryAsync<string>("select concat_ws(' ', rows_read, rows_loaded, rows_rejected) from etl.run_feed"));
        Assert.Equal("3 integer x,b, 5 not_null ,d", await rig.QueryAsync<string>(
            "select string_agg(concat_ws(' ', line_number, code, raw_text), ', ' order by line_number) from etl.reject"));

        // Beyond the limit, or empty: nothing is wiped, and what was refused is kept all the same.
        Clock.Shift = SmallPipeline.OneDay;
        await rig.DropAsync("in/orders.csv", "id,note\nx,a\ny,b\nz,c\n4,d\n");
        await rig.NotifiedAsync("failed");
        Clock.Shift = 2 * SmallPipeline.OneDay;
        await rig.DropAsync("in/orders.csv", "id,note\n");
        await rig.NotifiedAsync("failed");

        Assert.Equal(3, await rig.RowsAsync("orders"));
        Assert.Equal(5, await rig.QueryAsync<long>("select count(*) from etl.reject"));
    }

    [Fact]
    public async Task Failures_are_sorted_once()
    {
        await using var rig = await CreateRigAsync();
        await using var worker = await rig.StartAsync();
        // More refusals than the SDK itself tries again after: transient, another attempt of ours.
        Aws.Faults.Fail(
            AwsService.S3, times: 6,
            when: request => request.Target.Contains("orders.csv", StringComparison.Ordinal) && request.Operation.StartsWith(
                "GET", StringComparison.Ordinal));
        await DropSetAsync(rig);
        var told = await rig.NotifiedAsync("succeeded");
        Assert.True(await rig.QueryAsync<int>("select attempt from etl.run") > 1, told.Body);

        // Permanent: at once, with what to do.
        Clock.Shift = SmallPipeline.OneDay;
        await rig.DropAsync("in/orders.csv", "number\n1\n");
        await rig.DropRowsAsync("reviews", 2);
        var failed = await rig.NotifiedAsync("failed");
        Assert.Contains("failed at stage load, attempt 1.", failed.Body, StringComparison.Ordinal);
        Assert.Contains("Do next    ", failed.Body, StringComparison.Ordinal);

        // Fatal: not worth a restart.
        rig.Environment["ETLWORKER__QUEUE__URL"] = "nowhere";
        Assert.Equal(78, (await rig.CommandAsync()).Exit);
    }

    [Fact]
    public async Task Crash_means_resume()
    {
        await using var rig = await CreateRigAsync();
        await using (var block = await Roadblock.RaiseAsync(rig, BeginOf("analyse")))
        {
            await using var first = await rig.StartAsync();
            await DropSetAsync(rig);
            await block.ReachedAsync();
            first.Kill();
            await first.ExitAsync(rig.Token);
            await block.TurnAwayAsync();
        }

        // The run goes on with what it began with.
        await rig.WriteAsync("counted.sql", "select 1000 as n");
        await using var second = await rig.StartAsync();
        var told = await rig.NotifiedAsync("succeeded");

        Assert.Contains("- recovered: attempt 1 of ", told.Body, StringComparison.Ordinal);
        Assert.Equal(
            (3L, 2),
            (await rig.QueryAsync<long>("select n from public.counted"), await rig.QueryAsync<int>("select attempt from etl.run")));
    }

    [Fact]
    public async Task Stopping_is_clean()
    {
        await using var rig = await CreateRigAsync();
        await using var first = await rig.StartAsync();
        Aws.Faults.SlowBody(
            1_000, TimeSpan.FromMilliseconds(200), times: 1, request => request.Target.Contains("orders", StringComparison.Ordinal));
        await DropSetAsync(rig, 20_000);
        await rig.UntilAsync("select count(*) > 0 from pg_stat_progress_copy where relid = 'public.orders'::regclass");

        Assert.Equal(0, await first.StopAsync(rig.Token));

        Assert.Equal((0L, "claimed"), (await rig.RowsAsync("orders"), await rig.QueryAsync<string>("select state from etl.run")));
        // A server process ends a moment after its client.
        await rig.UntilAsync(
            "select not exists (select from pg_stat_activity where application_name = 'etlworker' and datname = current_database())");
        await using var second = await rig.StartAsync();
        await rig.NotifiedAsync("succeeded");
        Assert.Equal(20_000, await rig.RowsAsync("orders"));
        // A stop uses up no attempt.
        Assert.Equal(1, await rig.QueryAsync<int>("select attempt - first_attempt + 1 from etl.run"));
    }

    [Fact]
    public async Task Bounded()
    {
        await using var rig = await CreateRigAsync("{}", """orders "rejects": { "max": 10000000, "maxPercent": 100 }""");
        // A file of three times the heap that the worker may have, every other row refused, and one row of nearly a megabyte.
        rig.Environment["DOTNET_GCHeapHardLimit"] = (32 << 20).ToString("X", CultureInfo.InvariantCulture);
        var temporary = Directory.CreateTempSubdirectory("etlworker-bounded-").FullName;
        rig.Environment["TMPDIR"] = temporary;
        rig.Environment["DOTNET_EnableDiagnostics"] = "0";
        var text = new StringBuilder("id,note\n").Append("0,").Append('y', 1_000_000).Append('\n');
        var filler = new string('x', 190);
        for (var id = 1; id <= 500_000; id++)
        {
            text.Append(CultureInfo.InvariantCulture, $"{(id % 2 == 0 ? "" : "x")}{id},{filler}\n");
        }

        await using var worker = await rig.StartAsync();
        await rig.DropAsync("in/orders.csv", text.ToString());
        await rig.NotifiedAsync("succeeded");

        Assert.Equal(
            "500001 250001 250000",
            await rig.QueryAsync<string>("select concat_ws(' ', rows_read, rows_loaded, rows_rejected) from etl.run_feed"));
        Assert.Equal(10_000, await rig.QueryAsync<long>("select count(*) from etl.reject"));
        Assert.Empty(Directory.EnumerateFileSystemEntries(temporary));
        Directory.Delete(temporary);
    }

    private static string BeginOf(string stage) =>
        $"create trigger block before insert on etl.run_stage for each row when (new.stage = '{stage}')";

    private static Task<string> SeenAsync(Rig rig) => rig.QueryAsync<string>(
        "select concat_ws(' ', (select count(*) "
            + "from public.orders), (select count(*) from public.reviews), (select count(*) from public.counted))");
}
