using System.Text.Json.Nodes;
using EtlWorker.IntegrationTests.Rigging;
using EtlWorker.StandIns;
using Xunit;

namespace EtlWorker.IntegrationTests.Recovery;

/// <summary>A date that has succeeded keeps that when a retry of it fails.</summary>
public sealed class RetriedDayTests(PostgresServer postgres) : IAsyncLifetime
{
    private const string BeginOfLoad = "create trigger block before insert on etl.run_stage for each row when (new.stage = 'load')";
    private readonly ShiftedClock _clock = new();
    private LocalAws _aws = null!;

    public async ValueTask InitializeAsync() => _aws = await LocalAws.StartAsync(new LocalAwsOptions { TimeProvider = _clock },
        TestContext.Current.CancellationToken);

    public ValueTask DisposeAsync() => _aws.DisposeAsync();

    [Fact]
    public async Task A_retry_that_fails_leaves_the_day_as_it_was_and_a_later_one_that_succeeds_makes_it_new()
    {
        await using var rig = await CreateRigAsync();
        await using var worker = await rig.StartAsync();
        var succeeded = await SucceedAsync(rig);
        var tables = await TablesAsync(rig);
        await rig.DropAsync("in/orders.csv", "number\n1\n");
        await rig.NotifiedAsync("held");
        await RetryAsync(rig, succeeded);

        var failed = await rig.NotifiedAsync("failed");

        Assert.Contains("RETRY FAILED at load: the date stays succeeded", failed.Subject, StringComparison.Ordinal);
        Assert.Contains("The date stays succeeded.", failed.Body, StringComparison.Ordinal);
        Assert.Contains("Cause      in/orders.csv, line 1", failed.Body, StringComparison.Ordinal);
        Assert.Equal(tables, await TablesAsync(rig));
        Assert.Equal("events loaded, orders loaded, orders failed", await rig.DropsAsync());
        Assert.Equal("succeeded, ended, attempt 1, in/orders.csv, line 1", await rig.QueryAsync<string>(
            """
            select concat_ws(', ', state, case when ended_at is not null and error is null then 'ended' end, 'attempt ' || attempt,
                substring(retry_error, '^in/orders.csv, line 1'))
            from etl.run where retry_ended_at is not null and former_state is null
            """));
        // What the day loaded, and not what the retry read, stands in the views.
        Assert.Equal(11, await rig.QueryAsync<long>("select rows_loaded from etl.latest_run"));

        await rig.DropRowsAsync("orders", 12);
        await rig.NotifiedAsync("held");
        await RetryAsync(rig, succeeded);
        await rig.NotifiedAsync("succeeded");
        Assert.Equal((12L, 1L), (await rig.RowsAsync("orders"), await rig.RowsAsync("events")));
        Assert.Equal("events loaded, orders superseded, orders superseded, orders loaded", await rig.DropsAsync());
        Assert.Equal("succeeded 3", await rig.QueryAsync<string>(
            "select state || ' ' || attempt from etl.run where retry_error is null and retry_ended_at is null and former_state is null"));
        Assert.Equal(0, await rig.QueryAsync<long>("select count(*) from etl.drop where former_disposition is not null"));
    }

    [Fact]
    public async Task After_a_retry_that_failed_the_next_day_is_judged_by_what_the_day_had_loaded()
    {
        await using var rig = await CreateRigAsync();
        rig.Define(pipeline => pipeline["feeds"]![0]!["maxShrinkPercent"] = 20);
        await rig.WriteAsync("many.sql", "select id from public.orders where id > 20");
        rig.Define(pipeline => pipeline["checks"] = JsonNode.Parse("""[{ "name": "many", "sql": "many.sql" }]"""));
        await using var worker = await rig.StartAsync();
        var succeeded = await SucceedAsync(rig);
        await rig.DropRowsAsync("orders", 100);
        await rig.NotifiedAsync("held");
        await RetryAsync(rig, succeeded);
        await rig.NotifiedAsync("failed");

        // Neither held for the first day, which has its run, nor compared with the hundred rows that were rolled back.
        _clock.Shift = SmallPipeline.OneDay;
        await rig.DropAsync("in/events.csv", "id,note\n2,x\n");
        await rig.DropRowsAsync("orders", 9);
        await rig.NotifiedAsync("succeeded");
        Assert.Equal(9, await rig.RowsAsync("orders"));
    }

    [Fact]
    public async Task A_retry_with_far_fewer_rows_than_the_day_had_says_so()
    {
        await using var rig = await CreateRigAsync();
        await using var worker = await rig.StartAsync();
        await rig.DropAsync("in/events.csv", "id,note\n1,x\n");
        await rig.DropRowsAsync("orders", 100);
        var date = (await rig.NotifiedAsync("succeeded")).Attributes["run_date"];
        await rig.DropRowsAsync("orders", 49);
        await rig.UntilAsync("select count(*) = 1 from etl.drop where disposition = 'held'");

        await rig.CommandAsync("retry", date, "--reason", "the export was cut off");

        var told = await rig.NotifiedAsync("succeeded");
        Assert.Contains("orders has 49 rows, and this date had 100 before the retry", told.Body, StringComparison.Ordinal);
        Assert.DoesNotContain("events has", told.Body, StringComparison.Ordinal);
        await rig.CommandAsync("retry", date, "--reason", "the same once more");
        Assert.DoesNotContain("before the retry", (await rig.NotifiedAsync("succeeded")).Body, StringComparison.Ordinal);
    }

    [Fact]
    public async Task What_a_retry_or_a_discard_takes_is_told_no_more_as_held()
    {
        await using var rig = await CreateRigAsync();
        await using var worker = await rig.StartAsync();
        var date = (await SucceedAsync(rig)).Attributes["run_date"];
        // After three notices the next one waits for more.
        await rig.ExecuteAsync(
            """
            insert into etl.notification (pipeline, kind, subject, body, created_at, sent_at, drop_ids)
            select 'retail', 'held', 'before', 'before', now(), now(), '{}' from generate_series(1, 3)
            """);
        await rig.DropRowsAsync("orders", 11);
        await rig.DropRowsAsync("orders", 12);
        await rig.DropRowsAsync("orders", 13);
        await rig.UntilAsync("select count(*) = 1 from etl.notification where sent_at is null and cardinality(drop_ids) = 3");
        // The newest is the largest; the queue may tell of it first.
        var discarded = await rig.QueryAsync<long>("select id from etl.drop where disposition = 'held' order by size desc limit 1");

        Assert.Equal(0, (await rig.CommandAsync("discard", $"{discarded}", "--reason", "half of it")).Exit);

        Assert.Equal(
            "2 HELD: 2 drops not loaded",
            await rig.QueryAsync<string>(
                """
                select cardinality(drop_ids) || ' ' || substr(subject, strpos(subject, 'HELD')) from etl.notification
                where sent_at is null and kind = 'held'
                """));
        var again = await rig.CommandAsync("discard", $"{discarded}", "--reason", "half of it");
        Assert.Equal(0, again.Exit);
        Assert.Contains("was discarded before, and stays so: discarded by ", again.Said, StringComparison.Ordinal);
        Assert.Equal(0, (await rig.CommandAsync("retry", date, "--reason", "corrected", "--wait")).Exit);
        Assert.Equal(12, await rig.RowsAsync("orders"));
        var older = await rig.QueryAsync<long>("select id from etl.drop where disposition = 'held'");
        Assert.Equal(
            [older],
            await rig.QueryAsync<long[]>("select drop_ids from etl.notification where kind = 'held' and subject <> 'before'"));
        Assert.Equal(0, (await rig.CommandAsync("discard", $"{older}", "--reason", "replaced")).Exit);
        Assert.Equal(0, await rig.QueryAsync<long>("select count(*) from etl.notification where kind = 'held' and subject <> 'before'"));
    }

    [Fact]
    public async Task A_failed_check_of_a_retry_gives_back_only_what_the_retry_had_added()
    {
        await using var rig = await CreateRigAsync();
        await rig.WriteAsync("bad.sql", "select id from public.events where note = 'bad'");
        rig.Define(pipeline => pipeline["checks"] = JsonNode.Parse("""[{ "name": "no_bad", "sql": "bad.sql" }]"""));
        await using var worker = await rig.StartAsync();
        var succeeded = await SucceedAsync(rig);
        await rig.DropAsync("in/events.csv", "id,note\n2,bad\n");
        await rig.NotifiedAsync("held");
        await RetryAsync(rig, succeeded);

        var failed = await rig.NotifiedAsync("failed");

        // What the check found is written into the bucket, and comes back as an event that no feed takes.
        var bad = await rig.QueryAsync<long>("select max(id) from etl.drop where feed is not null");
        var loaded = await rig.QueryAsync<long[]>("select array_agg(id) from etl.drop where disposition = 'loaded'");
        Assert.Contains($"etlworker discard {bad} --pipeline retail", failed.Body, StringComparison.Ordinal);
        Assert.Single(failed.Body.Split('\n'), line => line.Contains("etlworker discard", StringComparison.Ordinal));
        Assert.Equal("events loaded, events held, orders loaded", await rig.DropsAsync());
        var refused = await rig.CommandAsync("discard", $"{loaded[0]}", $"{loaded[1]}", "--reason", "x");
        Assert.Equal(1, refused.Exit);
        Assert.Equal(0, (await rig.CommandAsync("discard", $"{bad}", "--reason", "x")).Exit);
        await RetryAsync(rig, succeeded);
        await rig.NotifiedAsync("succeeded");
        Assert.Equal("events loaded, events discarded, orders loaded", await rig.DropsAsync());
    }

    [Fact]
    public async Task A_worker_that_dies_in_a_retry_leaves_it_to_the_next_one_and_the_day_stands_when_that_fails()
    {
        await using var rig = await CreateRigAsync();
        ReceivedNotice succeeded;
        await using (var worker = await rig.StartAsync())
        {
            succeeded = await SucceedAsync(rig);
            await rig.DropAsync("in/orders.csv", "number\n1\n");
            await rig.NotifiedAsync("held");
            await using var block = await Roadblock.RaiseAsync(rig, BeginOfLoad);
            await RetryAsync(rig, succeeded);
            await block.ReachedAsync();
            worker.Kill();
            await block.LiftAsync();
        }

        var tables = await TablesAsync(rig);
        await using var next = await rig.StartAsync();

        Assert.Contains("the date stays succeeded", (await rig.NotifiedAsync("failed")).Subject, StringComparison.Ordinal);
        Assert.Equal(tables, await TablesAsync(rig));
        Assert.Equal("events loaded, orders loaded, orders failed", await rig.DropsAsync());
        Assert.Equal("succeeded 1", await rig.QueryAsync<string>("select state || ' ' || attempt from etl.run"));
        // A further retry has attempts of its own.
        await rig.DropRowsAsync("orders", 12);
        await rig.NotifiedAsync("held");
        await RetryAsync(rig, succeeded);
        await rig.NotifiedAsync("succeeded");
        Assert.Equal("1 2 3 4", await rig.QueryAsync<string>(
            "select string_agg(attempt::text, ' ' order by attempt) from etl.run_stage where stage = 'load'"));
    }

    private static async Task<ReceivedNotice> SucceedAsync(Rig rig)
    {
        await rig.DropAsync("in/events.csv", "id,note\n1,x\n");
        await rig.DropRowsAsync("orders", 10);
        return await rig.NotifiedAsync("succeeded");
    }

    private static async Task RetryAsync(Rig rig, ReceivedNotice notice)
    {
        var (exit, said) = await rig.CommandAsync("retry", notice.Attributes["run_date"], "--pipeline", "retail", "--reason", "once more");
        Assert.True(exit == 0, said);
    }

    private static async Task<string> TablesAsync(Rig rig) => string.Join('\n',
        await rig.CsvAsync("select * from public.orders order by id"), await rig.CsvAsync("select * from public.events order by id"),
        await rig.CsvAsync("select * from public.counted order by ingestion_date"));

    private async Task<Rig> CreateRigAsync()
    {
        var rig = await Rig.CreateAsync(postgres, _aws.Endpoint, null, TestContext.Current.CancellationToken);
        await rig.DefineAsync("{}", "orders", """events "mode": "append" """);
        return rig;
    }
}
