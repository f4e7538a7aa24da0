using EtlWorker.IntegrationTests.Rigging;
using EtlWorker.StandIns;
using Xunit;
using static System.FormattableString;

namespace EtlWorker.IntegrationTests.Batches;

/// <summary>What the batch decision's tests say of triggers and feeds, through the real binary and the real ledger.</summary>
public sealed class TriggerTests(PostgresServer postgres) : IAsyncLifetime
{
    private readonly ShiftedClock _clock = new();
    private LocalAws _aws = null!;

    public async ValueTask InitializeAsync() =>
        _aws = await LocalAws.StartAsync(new LocalAwsOptions { TimeProvider = _clock }, TestContext.Current.CancellationToken);

    public ValueTask DisposeAsync() => _aws.DisposeAsync();

    [Fact]
    public async Task A_marker_runs_the_files_that_landed_before_it_and_serves_once()
    {
        await using var rig = await CreateRigAsync();
        await rig.DefineAsync("""{ "when": "marker", "object": "in/.SUCCESS" }""", "orders", "reviews");
        await using var worker = await rig.StartAsync();
        _clock.Shift = TimeSpan.FromSeconds(-10);
        await rig.DropRowsAsync("orders", 3);
        await rig.DropAsync("in/.SUCCESS", "");
        // A listing that finds the marker before its event knows the second only, and takes what landed in it for earlier.
        _clock.Shift = TimeSpan.Zero;
        await rig.DropRowsAsync("reviews", 2);
        await rig.UntilAsync("select count(*) = 3 from etl.drop");

        // The marker came too early for reviews, and waits for another.
        await rig.DropAsync("in/.SUCCESS", "");

        await rig.NotifiedAsync("succeeded");
        Assert.Equal("(marker) superseded, (marker) loaded, orders loaded, reviews loaded", await rig.DropsAsync());
        Assert.Equal(1, await rig.QueryAsync<long>("select count(*) from etl.run"));
        await rig.DropAsync("in/.SUCCESS", "again");
        Assert.Contains(
            "a second drop of (marker) does not start another", (await rig.NotifiedAsync("held")).Body, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_change_of_one_feed_reads_the_others_at_their_current_version_and_tells_what_has_none()
    {
        await using var rig = await CreateRigAsync();
        await rig.DefineAsync("""{ "when": "change", "settle": "00:01" }""", "orders", "reviews", "shipments");
        // Long before the worker came, and never told of.
        _clock.Shift = TimeSpan.FromDays(-30);
        _aws.Faults.DeliverCopies(rig.Aws.QueueName, 0);
        await rig.DropRowsAsync("reviews", 2);
        _clock.Shift = TimeSpan.FromHours(-2);
        await using var worker = await rig.StartAsync();
        _aws.Faults.DeliverCopies(rig.Aws.QueueName, 1);
        await rig.DropRowsAsync("orders", 3);

        var told = await rig.NotifiedAsync("succeeded");

        Assert.Contains("shipments has never been dropped: its table keeps the rows that it has", told.Body, StringComparison.Ordinal);
        Assert.Equal((3L, 2L), (await rig.RowsAsync("orders"), await rig.RowsAsync("reviews")));
        Assert.Equal("orders loaded, reviews loaded", await rig.DropsAsync());
    }

    [Fact]
    public async Task A_failed_day_that_is_left_open_runs_again_with_the_file_that_was_corrected()
    {
        await using var rig = await CreateRigAsync();
        await rig.DefineAsync("""{ "failedDay": "open" }""", "orders", "reviews");
        await using var worker = await rig.StartAsync();
        await rig.DropAsync("in/orders.csv", "number\n1\n");
        await rig.DropRowsAsync("reviews", 2);
        var failed = await rig.NotifiedAsync("failed");
        Assert.Equal(0, await rig.RowsAsync("reviews"));

        await rig.DropRowsAsync("orders", 3);

        var told = await rig.NotifiedAsync("succeeded");
        Assert.Equal(failed.Attributes["run_id"], told.Attributes["run_id"]);
        Assert.Equal((3L, 2L), (await rig.RowsAsync("orders"), await rig.RowsAsync("reviews")));
        Assert.Equal("orders superseded, orders loaded, reviews loaded", await rig.DropsAsync());
    }

    [Fact]
    public async Task What_is_appended_is_loaded_once_each_and_what_is_merged_takes_the_place_of_its_key()
    {
        await using var rig = await CreateRigAsync();
        await rig.DefineAsync("{}", "orders", """events "mode": "append" """, """stock "mode": "merge" """);
        await using var worker = await rig.StartAsync();
        await rig.DropAsync("in/events.csv", "id,note\n1,first\n2,first\n");
        await rig.DropAsync("in/events.csv", "id,note\n3,second\n");
        await rig.DropAsync("in/stock.csv", "id,note\n1,old\n2,old\n2,newer\n");
        await rig.DropRowsAsync("orders", 3);
        var first = await rig.NotifiedAsync("succeeded");
        Assert.Equal("events loaded, events loaded, orders loaded, stock loaded", await rig.DropsAsync());
        Assert.Equal(
            "1 old, 2 newer", await rig.QueryAsync<string>("select string_agg(id || ' ' || note, ', ' order by id) from public.stock"));

        // Too late for the day's run: kept for the next one.
        await rig.DropAsync("in/events.csv", "id,note\n4,third\n");
        await rig.NotifiedAsync("held");
        var (exit, said) = await rig.CommandAsync("retry", first.Attributes["run_date"], "--reason", "once more");
        Assert.True(exit == 0, said);
        await rig.NotifiedAsync("succeeded");
        Assert.Equal("1 2 3 4", await IdsAsync(rig, "events"));

        _clock.Shift = SmallPipeline.OneDay;
        await rig.DropAsync("in/events.csv", "id,note\n5,fourth\n");
        await rig.DropAsync("in/stock.csv", "id,note\n2,newest\n3,new\n");
        await rig.DropRowsAsync("orders", 3);
        await rig.NotifiedAsync("succeeded");

        Assert.Equal("1 2 3 4 5", await IdsAsync(rig, "events"));
        Assert.Equal(
            "1 old, 2 newest, 3 new",
            await rig.QueryAsync<string>("select string_agg(id || ' ' || note, ', ' order by id) from public.stock"));
        Assert.Equal(0, await rig.QueryAsync<long>(
            "select count(*) from etl.drop where feed is not null and disposition <> 'loaded' and feed <> 'orders'"));
    }

    [Fact]
    public async Task A_bad_file_behind_a_good_one_of_its_feed_fails_alone_and_the_next_run_does_without_it()
    {
        await using var rig = await CreateRigAsync();
        await rig.DefineAsync("{}", "orders", """events "mode": "append" """);
        await using var worker = await rig.StartAsync();
        await rig.DropAsync("in/events.csv", "id,note\n1,good\n");
        await rig.DropAsync("in/events.csv", "number\n2\n");
        await rig.DropRowsAsync("orders", 3);
        await rig.NotifiedAsync("failed");
        Assert.Equal("events held, events failed, orders failed", await rig.DropsAsync());

        _clock.Shift = SmallPipeline.OneDay;
        await rig.DropAsync("in/events.csv", "id,note\n3,good\n");
        await rig.DropRowsAsync("orders", 3);

        await rig.NotifiedAsync("succeeded");
        Assert.Equal("1 3", await IdsAsync(rig, "events"));
    }

    [Fact]
    public async Task A_failed_day_that_is_left_open_runs_again_with_what_is_appended()
    {
        await using var rig = await CreateRigAsync();
        await rig.DefineAsync("""{ "failedDay": "open" }""", "orders", """events "mode": "append" """);
        await using var worker = await rig.StartAsync();
        await rig.DropAsync("in/events.csv", "id,note\n1,good\n");
        await rig.DropAsync("in/orders.csv", "number\n1\n");
        await rig.NotifiedAsync("failed");

        await rig.DropRowsAsync("orders", 3);

        await rig.NotifiedAsync("succeeded");
        Assert.Equal("1", await IdsAsync(rig, "events"));
    }

    [Fact]
    public async Task A_day_without_a_run_by_its_deadline_is_told_once_with_what_is_missing()
    {
        await using var rig = await CreateRigAsync();
        await rig.DefineAsync("""{ "deadline": "00:00" }""", "orders", "reviews");
        await rig.DropRowsAsync("orders", 3);
        await using var worker = await rig.StartAsync();
        // The deadline is judged only once the drop was received: a worker that has just begun may list the bucket first.
        await rig.UntilAsync("select exists (select from etl.drop where feed = 'orders') and exists (select from etl.deadline_watch)");
        await rig.ExecuteAsync("update etl.deadline_watch set judged_until = date_trunc('day', now(), 'UTC') - interval '1 hour'");

        var told = await rig.NotifiedAsync("late");

        Assert.Equal(await rig.QueryAsync<string>("select (now() at time zone 'UTC')::date::text"), told.Attributes["run_date"]);
        Assert.Contains("LATE: no run by the deadline, missing: reviews", told.Subject, StringComparison.Ordinal);
        Assert.Contains("reviews         missing", told.Body, StringComparison.Ordinal);
        await rig.DropRowsAsync("reviews", 3);
        await rig.NotifiedAsync("succeeded");
        Assert.Equal(1, await rig.QueryAsync<long>("select count(*) from etl.notification where kind = 'late'"));
    }

    [Fact]
    public async Task A_snapshot_that_shrank_too_much_fails_its_run_and_wipes_nothing()
    {
        await using var rig = await CreateRigAsync();
        await rig.DefineAsync("{}", """orders "maxShrinkPercent": 20""");
        await using var worker = await rig.StartAsync();
        await rig.DropRowsAsync("orders", 10);
        await rig.NotifiedAsync("succeeded");

        _clock.Shift = SmallPipeline.OneDay;
        await rig.DropRowsAsync("orders", 8);
        await rig.NotifiedAsync("succeeded");
        _clock.Shift = 2 * SmallPipeline.OneDay;
        await rig.DropRowsAsync("orders", 6);

        var failed = await rig.NotifiedAsync("failed");
        Assert.Contains(
            "in/orders.csv has 6 good rows, 25 % fewer than the 8 of the last run; feed orders may shrink by 20 %", failed.Body,
            StringComparison.Ordinal);
        Assert.Contains("raise \"maxShrinkPercent\"", failed.Body, StringComparison.Ordinal);
        Assert.Equal(8, await rig.RowsAsync("orders"));
    }

    [Fact]
    public async Task The_drops_of_a_feed_that_the_definition_has_no_more_are_ignored_and_told()
    {
        await using var rig = await CreateRigAsync();
        await rig.DefineAsync("{}", "orders", "reviews");
        await using (var worker = await rig.StartAsync())
        {
            await rig.DropRowsAsync("reviews", 2);
            await rig.UntilAsync("select count(*) = 1 from etl.drop");
        }

        rig.Define(pipeline => pipeline["feeds"]!.AsArray().RemoveAt(1));
        await using var second = await rig.StartAsync();

        Assert.Contains("the definition has no feed reviews any more", (await rig.NotifiedAsync("ignored")).Body, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_key_that_names_a_date_long_ago_is_held_and_told_and_the_next_one_runs()
    {
        await using var rig = await CreateRigAsync();
        await rig.DefineAsync("{}", "orders");
        rig.Define(pipeline => pipeline["feeds"]![0]!["object"] = "in/orders_{date}.csv");
        await using var worker = await rig.StartAsync();
        await rig.DropAsync("in/orders_0001-01-01.csv", "id,note\n1,x\n");

        Assert.Contains(
            "its key names 0001-01-01, more than ten years before it landed", (await rig.NotifiedAsync("held")).Body,
            StringComparison.Ordinal);
        var today = await rig.QueryAsync<string>("select (now() at time zone 'UTC')::date::text");
        await rig.DropAsync($"in/orders_{today}.csv", "id,note\n1,x\n");

        Assert.Equal(today, (await rig.NotifiedAsync("succeeded")).Attributes["run_date"]);
        Assert.Equal(1, await rig.QueryAsync<long>("select count(*) from etl.run"));
    }

    [Fact]
    public async Task Keys_may_name_their_date_in_the_sender_s_form()
    {
        await using var rig = await CreateRigAsync();
        await rig.DefineAsync("""{ "when": "marker", "object": "in/{date:dd.MM.yy}.done", "deadline": "00:00" }""", "orders");
        rig.Define(pipeline => pipeline["feeds"]![0]!["object"] = "in/orders_{date:yyyyMMdd}.csv");
        await using var worker = await rig.StartAsync();
        await rig.DropAsync("in/orders_20260230.csv", "id,note\n1,x\n");
        await worker.SeeAsync(
            "in/orders_20260230.csv is ignored: it differs in its date (a day of the calendar as yyyyMMdd) from what feed orders takes",
            rig.Token);
        var today = await rig.QueryAsync<DateTime>("select (now() at time zone 'UTC')::date::timestamp");
        var yesterday = today - SmallPipeline.OneDay;
        await rig.DropAsync(Invariant($"in/orders_{yesterday:yyyyMMdd}.csv"), "id,note\n1,x\n2,x\n");
        await rig.DropAsync(Invariant($"in/{yesterday:dd.MM.yy}.done"), "");

        Assert.Equal(Invariant($"{yesterday:yyyy-MM-dd}"), (await rig.NotifiedAsync("succeeded")).Attributes["run_date"]);
        Assert.Equal(2, await rig.RowsAsync("orders"));
    }

    private static Task<string> IdsAsync(Rig rig, string feed) =>
        rig.QueryAsync<string>($"select string_agg(id::text, ' ' order by id) from public.{feed}");

    private Task<Rig> CreateRigAsync() => Rig.CreateAsync(postgres, _aws.Endpoint, null, TestContext.Current.CancellationToken);
}
