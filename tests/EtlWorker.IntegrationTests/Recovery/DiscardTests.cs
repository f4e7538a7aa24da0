using System.Text.Json.Nodes;
using EtlWorker.IntegrationTests.Rigging;
using EtlWorker.StandIns;
using Xunit;

namespace EtlWorker.IntegrationTests.Recovery;

/// <summary>How one bad file of a feed whose every drop counts is got rid of: by a newer version, or by <c>etlworker discard</c>.</summary>
public sealed class DiscardTests(PostgresServer postgres) : IAsyncLifetime
{
    private readonly ShiftedClock _clock = new();
    private LocalAws _aws = null!;

    public async ValueTask InitializeAsync() => _aws = await LocalAws.StartAsync(new LocalAwsOptions { TimeProvider = _clock },
        TestContext.Current.CancellationToken);

    public ValueTask DisposeAsync() => _aws.DisposeAsync();

    [Theory]
    [InlineData("append")]
    [InlineData("merge")]
    public async Task Where_each_key_is_a_file_of_its_own_the_corrected_version_takes_the_place_of_the_one_that_failed(string mode)
    {
        await using var rig = await CreateRigAsync();
        await rig.DefineAsync("{}", "orders", $$"""events "mode": "{{mode}}" """);
        rig.Define(pipeline => pipeline["feeds"]![1]!["object"] = "in/e_*.csv");
        await using var worker = await rig.StartAsync();
        await rig.DropAsync("in/e_1.csv", "number\n1\n");
        await rig.DropAsync("in/e_2.csv", "id,note\n2,good\n");
        await rig.DropRowsAsync("orders", 3);
        var failed = await rig.NotifiedAsync("failed");
        Assert.Contains("A corrected file under the same key takes the place of the bad one", failed.Body, StringComparison.Ordinal);
        Assert.Contains($"events, in/e_1.csv: {await DiscardOfAsync(rig, "failed", "events")}", failed.Body, StringComparison.Ordinal);
        await rig.DropAsync("in/e_1.csv", "id,note\n1,corrected\n");
        await rig.NotifiedAsync("held");

        await RetryAsync(rig, failed);

        await rig.NotifiedAsync("succeeded");
        Assert.Equal("1 2", await IdsAsync(rig, "events"));
        Assert.Equal("events superseded, events loaded, events loaded, orders loaded", await rig.DropsAsync());

        // What was replaced stays so, however often the date is made again.
        await RetryAsync(rig, failed);
        await rig.NotifiedAsync("succeeded");
        Assert.Equal("events superseded, events loaded, events loaded, orders loaded", await rig.DropsAsync());
    }

    [Fact]
    public async Task A_corrected_version_that_the_next_day_has_loaded_takes_the_place_of_the_one_that_failed_as_well()
    {
        await using var rig = await CreateRigAsync();
        await rig.DefineAsync("{}", "orders", """events "mode": "append" """);
        rig.Define(pipeline => pipeline["feeds"]![1]!["object"] = "in/e_*.csv");
        await using var worker = await rig.StartAsync();
        await rig.DropAsync("in/e_1.csv", "number\n1\n");
        await rig.DropRowsAsync("orders", 3);
        var failed = await rig.NotifiedAsync("failed");
        _clock.Shift = SmallPipeline.OneDay;
        await rig.DropAsync("in/e_1.csv", "id,note\n1,corrected\n");
        await rig.DropRowsAsync("orders", 4);
        await rig.NotifiedAsync("succeeded");

        await RetryAsync(rig, failed);

        await rig.NotifiedAsync("succeeded");
        Assert.Equal("1", await IdsAsync(rig, "events"));
        Assert.Equal("events superseded, events loaded, orders loaded, orders loaded", await rig.DropsAsync());
    }

    [Fact]
    public async Task Where_all_drops_are_versions_of_one_key_the_bad_one_stays_until_it_is_discarded()
    {
        await using var rig = await CreateRigAsync();
        await rig.DefineAsync("{}", "orders", """events "mode": "append" """);
        await using var worker = await rig.StartAsync();
        await rig.DropAsync("in/events.csv", "number\n1\n");
        await rig.DropRowsAsync("orders", 3);
        var failed = await rig.NotifiedAsync("failed");
        await rig.DropAsync("in/events.csv", "id,note\n1,corrected\n");
        await rig.NotifiedAsync("held");
        await RetryAsync(rig, failed);

        var again = await rig.NotifiedAsync("failed");

        var discard = await DiscardOfAsync(rig, "failed", "events");
        Assert.Contains("does not take the place of the bad one", again.Body, StringComparison.Ordinal);
        Assert.Contains(discard, again.Body, StringComparison.Ordinal);
        Assert.Equal("events failed, events held, orders failed", await rig.DropsAsync());
        var (exit, said) = await RunAsync(rig, discard);
        Assert.True(exit == 0, said);
        Assert.Contains("(events, in/events.csv) is discarded: nothing loads it any more", said, StringComparison.Ordinal);
        await RetryAsync(rig, failed);
        await rig.NotifiedAsync("succeeded");
        Assert.Equal("1", await IdsAsync(rig, "events"));
        Assert.Equal("events discarded, events loaded, orders loaded", await rig.DropsAsync());
        Assert.Matches(@"^discarded by .+ on .+ at \d{4}-\d\d-\d\d \d\d:\d\d:\d\d UTC: the wrong export$",
            await rig.QueryAsync<string>("select reason from etl.drop where disposition = 'discarded'"));
    }

    [Fact]
    public async Task A_failed_check_names_every_drop_that_may_hold_the_rows_and_without_the_bad_one_the_days_go_on()
    {
        await using var rig = await CreateRigAsync();
        await rig.DefineAsync("{}", "orders", """events "mode": "append" """, """stock "mode": "merge", "required": false""");
        await rig.WriteAsync("bad.sql", "select id from public.events where note = 'bad'");
        rig.Define(pipeline => pipeline["checks"] = JsonNode.Parse("""[{ "name": "no_bad", "sql": "bad.sql" }]"""));
        await using var worker = await rig.StartAsync();
        await rig.DropAsync("in/stock.csv", "id,note\n7,good\n");
        await rig.UntilAsync("select count(*) = 1 from etl.drop");
        await rig.DropAsync("in/events.csv", "id,note\n1,bad\n");
        await rig.DropRowsAsync("orders", 3);
        var first = await rig.NotifiedAsync("failed");
        var discard = await DiscardOfAsync(rig, "held", "events");
        Assert.Contains($"- events, in/events.csv: {discard}", first.Body, StringComparison.Ordinal);
        Assert.Contains($"- stock, in/stock.csv: {await DiscardOfAsync(rig, "pending", "stock")}", first.Body, StringComparison.Ordinal);
        Assert.DoesNotContain("- orders", first.Body, StringComparison.Ordinal);
        _clock.Shift = SmallPipeline.OneDay;
        await rig.DropAsync("in/events.csv", "id,note\n2,good\n");
        await rig.DropRowsAsync("orders", 4);
        var second = await rig.NotifiedAsync("failed");
        Assert.Contains(discard, second.Body, StringComparison.Ordinal);

        Assert.Equal(0, (await RunAsync(rig, discard)).Exit);

        await RetryAsync(rig, second);
        await rig.NotifiedAsync("succeeded");
        Assert.Equal(("2", "7"), (await IdsAsync(rig, "events"), await IdsAsync(rig, "stock")));
        // The first day has nothing to add any more, and its answers are made all the same.
        await RetryAsync(rig, first);
        await rig.NotifiedAsync("succeeded");
        Assert.Equal("2", await IdsAsync(rig, "events"));
        Assert.Equal(2, await rig.QueryAsync<long>("select count(*) from etl.run where state = 'succeeded'"));
    }

    [Theory]
    [InlineData("raise exception 'no'")]
    [InlineData("raise insufficient_privilege")]
    [InlineData("raise sqlstate '22000'")]
    public async Task When_tables_cannot_be_emptied_no_drop_is_at_fault_and_the_next_day_takes_what_adds_to_its_table(string refusal)
    {
        await using var rig = await CreateRigAsync();
        await rig.DefineAsync("{}", """events "mode": "append" """, "orders");
        await rig.ExecuteAsync(
            $"""
            create function public.refuse() returns trigger language plpgsql as $$ begin {refusal}; end $$;
            create trigger refuse before truncate on public.orders execute function public.refuse();
            """);
        await using var worker = await rig.StartAsync();
        await rig.DropAsync("in/events.csv", "id,note\n1,good\n");
        await rig.DropRowsAsync("orders", 3);

        var failed = await rig.NotifiedAsync("failed");

        Assert.DoesNotContain("etlworker discard", failed.Body, StringComparison.Ordinal);
        Assert.Equal("events held, orders failed", await rig.DropsAsync());
        await rig.ExecuteAsync("drop trigger refuse on public.orders");
        _clock.Shift = SmallPipeline.OneDay;
        await rig.DropAsync("in/events.csv", "id,note\n2,good\n");
        await rig.DropRowsAsync("orders", 3);
        await rig.NotifiedAsync("succeeded");
        Assert.Equal("1 2", await IdsAsync(rig, "events"));
    }

    [Fact]
    public async Task A_table_that_cannot_be_written_is_no_fault_of_the_drop_that_would_fill_it()
    {
        await using var rig = await CreateRigAsync();
        await rig.DefineAsync("{}", """events "mode": "append" """, "orders");
        await rig.ExecuteAsync(
            "alter table public.events rename to away; create view public.events as select id, note from public.away where false limit 1");
        await using var worker = await rig.StartAsync();
        await rig.DropAsync("in/events.csv", "id,note\n1,good\n");
        await rig.DropRowsAsync("orders", 3);

        await rig.NotifiedAsync("failed");

        Assert.Equal("events held, orders failed", await rig.DropsAsync());
    }

    [Fact]
    public async Task What_is_loaded_or_claimed_is_refused_and_then_nothing_of_the_list_is_discarded()
    {
        await using var rig = await CreateRigAsync();
        await rig.DefineAsync("{}", "orders", """events "mode": "append" """);
        await using (var worker = await rig.StartAsync())
        {
            await rig.DropAsync("in/events.csv", "id,note\n1,good\n");
            await rig.DropRowsAsync("orders", 3);
            await rig.NotifiedAsync("succeeded");
            await rig.DropAsync("in/events.csv", "id,note\n2,good\n");
            await rig.NotifiedAsync("held");
        }

        var loaded = await rig.QueryAsync<long>("select id from etl.drop where feed = 'orders'");
        var held = await rig.QueryAsync<long>("select id from etl.drop where disposition = 'held'");
        Assert.Equal((1, "is loaded: its rows are in the tables"), Short(await DiscardAsync(rig, held, loaded),
            "is loaded: its rows are in the tables"));
        Assert.Equal((3, "has no drop 9999"), Short(await DiscardAsync(rig, held, 9999), "has no drop 9999"));
        await rig.ExecuteAsync("update etl.drop set pipeline = 'other' where feed = 'orders'");
        Assert.Equal((3, $"has no drop {loaded}"), Short(await DiscardAsync(rig, held, loaded), $"has no drop {loaded}"));
        Assert.Equal(
            (2, "This configuration is that of pipeline retail, not of other"),
            Short(await rig.CommandAsync("discard", $"{held}", "--pipeline", "other", "--reason", "x"),
                "This configuration is that of pipeline retail, not of other"));
        // A run that was left, and that a worker will resume.
        await rig.ExecuteAsync("update etl.drop set pipeline = 'retail'; update etl.run set state = 'claimed', ended_at = null");
        await rig.ExecuteAsync("update etl.drop set disposition = 'claimed' where disposition = 'loaded'");
        Assert.Equal((1, "which has not ended"), Short(await DiscardAsync(rig, held, loaded), "which has not ended"));
        // Nor what a date that is made again has loaded before.
        await rig.ExecuteAsync(
            $"update etl.drop set disposition = 'superseded', reason = 'x', former_disposition = 'loaded' where id = {loaded}");
        Assert.Equal((1, "is loaded: its rows are in the tables"), Short(await DiscardAsync(rig, loaded),
            "is loaded: its rows are in the tables"));
        Assert.Equal(1, await rig.QueryAsync<long>("select count(*) from etl.drop where disposition = 'held'"));

        Assert.Equal(0, (await DiscardAsync(rig, held)).Exit);
        var reason = await rig.QueryAsync<string>("select reason from etl.drop where disposition = 'discarded'");
        Assert.Equal(0, (await DiscardAsync(rig, held)).Exit);
        Assert.Equal(reason, await rig.QueryAsync<string>("select reason from etl.drop where disposition = 'discarded'"));
    }

    [Theory]
    [InlineData("pending")]
    [InlineData("held")]
    [InlineData("failed")]
    [InlineData("superseded")]
    [InlineData("ignored")]
    [InlineData("gone")]
    public async Task Whatever_is_not_in_the_tables_can_be_discarded(string disposition)
    {
        await using var rig = await CreateRigAsync();
        await rig.DefineAsync("{}", "orders", "reviews");
        await using (var worker = await rig.StartAsync())
        {
            await rig.DropAsync("in/orders.csv", "number\n1\n");
            await rig.DropRowsAsync("reviews", 1);
            await rig.NotifiedAsync("failed");
        }

        await rig.ExecuteAsync($"update etl.drop set disposition = '{disposition}', reason = 'x' where feed = 'orders'");

        Assert.Equal(0, (await DiscardAsync(rig, await rig.QueryAsync<long>("select id from etl.drop where feed = 'orders'"))).Exit);

        var (exit, said) = await rig.CommandAsync("retry", await rig.QueryAsync<string>("select run_date::text from etl.run"), "--reason",
            "x");
        Assert.Equal(1, exit);
        Assert.Contains("No drop of orders is left for", said, StringComparison.Ordinal);
        Assert.Matches(@"; discarded: drop \d+ \(in/orders\.csv\): drop it first", said);
    }

    [Fact]
    public async Task A_discarded_version_is_neither_the_current_one_for_a_change_nor_found_again_by_a_listing()
    {
        await using var rig = await CreateRigAsync();
        await rig.DefineAsync("""{ "when": "change", "settle": "00:01" }""", "orders", """reviews "maxShrinkPercent": 100""");
        rig.Environment["ETLWORKER__RECOVERY__INTERVAL"] = "00:00:01";
        _clock.Shift = TimeSpan.FromHours(-3) - SmallPipeline.OneDay;
        await rig.DropRowsAsync("reviews", 2);
        await rig.DropRowsAsync("reviews", 9, "wrong");
        await rig.DropRowsAsync("orders", 1);
        // They are known, and no change has read them.
        await using (var recorder = await rig.StartAsync())
        {
            await rig.UntilAsync("select count(*) = 3 from etl.drop");
        }

        await rig.ExecuteAsync("update etl.drop set disposition = 'held', reason = 'x'");
        // The wrong one is the larger; a queue may tell of it first.
        var wrong = await rig.QueryAsync<long>("select id from etl.drop where feed = 'reviews' order by size desc limit 1");
        Assert.Equal(0, (await DiscardAsync(rig, wrong)).Exit);
        await using var worker = await rig.StartAsync();
        _clock.Shift = TimeSpan.FromHours(-2);

        await rig.DropRowsAsync("orders", 3);

        await rig.NotifiedAsync("succeeded");
        Assert.Equal(2, await rig.RowsAsync("reviews"));
        Assert.Equal(
            "orders held, orders loaded, reviews discarded, reviews loaded",
            await rig.QueryAsync<string>("select string_agg(feed || ' ' || disposition, ', ' order by feed, disposition) from etl.drop"));
    }

    private static (int Exit, string Said) Short((int Exit, string Said) command, string part) =>
        (command.Exit, command.Said.Contains(part, StringComparison.Ordinal) ? part : command.Said);

    private static Task<(int Exit, string Said)> DiscardAsync(Rig rig, params long[] drops) =>
        rig.CommandAsync(["discard", .. drops.Select(drop => $"{drop}"), "--pipeline", "retail", "--reason", "the wrong export"]);

    private static async Task<string> DiscardOfAsync(Rig rig, string disposition, string feed)
    {
        var id = await rig.QueryAsync<long>($"select id from etl.drop where disposition = '{disposition}' and feed = '{feed}'");
        return $"etlworker discard {id} --pipeline retail --reason \"...\"";
    }

    /// <summary>A command as it was mailed, with a reason.</summary>
    private static Task<(int Exit, string Said)> RunAsync(Rig rig, string command) =>
        rig.CommandAsync([.. command.Split(' ')[1..].Select(word => word == "\"...\"" ? "the wrong export" : word)]);

    private static async Task RetryAsync(Rig rig, ReceivedNotice notice)
    {
        var retry = $"etlworker retry {notice.Attributes["run_date"]} --pipeline retail --reason \"...\"";
        Assert.Contains(retry, notice.Body, StringComparison.Ordinal);
        var (exit, said) = await RunAsync(rig, retry);
        Assert.True(exit == 0, said);
    }

    private static Task<string> IdsAsync(Rig rig, string feed) =>
        rig.QueryAsync<string>($"select string_agg(id::text, ' ' order by id) from public.{feed}");

    private Task<Rig> CreateRigAsync() => Rig.CreateAsync(postgres, _aws.Endpoint, null, TestContext.Current.CancellationToken);
}
