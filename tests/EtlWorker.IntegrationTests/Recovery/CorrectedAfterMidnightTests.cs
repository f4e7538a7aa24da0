using EtlWorker.IntegrationTests.Rigging;
using EtlWorker.StandIns;
using Xunit;

namespace EtlWorker.IntegrationTests.Recovery;

/// <summary>A file that was corrected after midnight landed for the next date; a person says that it is the failed one's.</summary>
public sealed class CorrectedAfterMidnightTests(PostgresServer postgres) : IAsyncLifetime
{
    private readonly ShiftedClock _clock = new();
    private LocalAws _aws = null!;

    public async ValueTask InitializeAsync() => _aws = await LocalAws.StartAsync(new LocalAwsOptions { TimeProvider = _clock },
        TestContext.Current.CancellationToken);

    public ValueTask DisposeAsync() => _aws.DisposeAsync();

    [Fact]
    public async Task With_newest_takes_it_for_the_failed_date_and_the_next_date_waits_for_its_own()
    {
        await using var rig = await CreateRigAsync();
        await using var worker = await rig.StartAsync();
        var failed = await FailAsync(rig);
        var date = failed.Attributes["run_date"];
        Assert.Contains(
            $"With corrected files of a later date, under keys that name no date: etlworker retry {date} --with-newest --pipeline retail",
            failed.Body, StringComparison.Ordinal);
        await rig.DropRowsAsync("orders", 7, "wrong again");
        await rig.UntilAsync("select count(*) = 3 from etl.drop");
        await rig.DropRowsAsync("orders", 3);
        await rig.UntilAsync("select count(*) = 4 from etl.drop");
        var next = await rig.QueryAsync<string>("select (max(event_time) at time zone 'UTC')::date::text from etl.drop");

        var plain = await rig.CommandAsync("retry", date, "--reason", "corrected the next morning");
        Assert.Equal(0, plain.Exit);
        Assert.Contains($"Newer files landed for later dates than {date} and are not taken:", plain.Said, StringComparison.Ordinal);
        Assert.Matches($@"- orders, in/orders\.csv of {next} .+, drop 4, pending for {next}\s", plain.Said);
        Assert.Contains($"If they are meant for {date}: etlworker retry {date} --with-newest --pipeline retail", plain.Said,
            StringComparison.Ordinal);
        await rig.NotifiedAsync("failed");

        var unasked = await rig.CommandAsync("retry", date, "--with-newest", "--reason", "corrected the next morning");
        Assert.Equal(1, unasked.Exit);
        Assert.Contains($"pending for {next}; an older version, superseded", unasked.Said, StringComparison.Ordinal);
        Assert.Contains("Nothing was changed: without a terminal", unasked.Said, StringComparison.Ordinal);
        Assert.Equal("failed", await rig.QueryAsync<string>("select state from etl.run"));
        Assert.Equal("orders failed, orders pending, orders pending, reviews failed", await rig.DropsAsync());

        var (exit, said) = await rig.CommandAsync("retry", date, "--with-newest", "--yes", "--reason", "corrected the next morning");
        Assert.True(exit == 0, said);
        Assert.Contains($"Taken from {next}: drop 4 (orders); superseded as older versions: drop 3 (orders).", said,
            StringComparison.Ordinal);
        Assert.Equal(date, (await rig.NotifiedAsync("succeeded")).Attributes["run_date"]);
        Assert.Equal("orders superseded, orders superseded, orders loaded, reviews loaded", await rig.DropsAsync());
        Assert.Equal(3, await rig.RowsAsync("orders"));

        // The next date has nothing of orders any more, and is whole with its own.
        await rig.DropRowsAsync("reviews", 2);
        await rig.UntilAsync("select count(*) = 1 from etl.drop where disposition = 'pending'");
        await rig.DropRowsAsync("orders", 4);
        Assert.Equal(next, (await rig.NotifiedAsync("succeeded")).Attributes["run_date"]);
        Assert.Equal(4, await rig.RowsAsync("orders"));
    }

    [Fact]
    public async Task What_landed_after_the_next_day_s_run_is_held_and_told_with_the_command_that_corrects_the_failed_date()
    {
        await using var rig = await CreateRigAsync();
        await using var worker = await rig.StartAsync();
        var date = (await FailAsync(rig)).Attributes["run_date"];
        await rig.DropRowsAsync("orders", 5);
        await rig.DropRowsAsync("reviews", 2);
        var next = (await rig.NotifiedAsync("succeeded")).Attributes["run_date"];
        await rig.DropRowsAsync("orders", 3);

        var held = await rig.NotifiedAsync("held");

        Assert.Contains($"`etlworker retry {next} --pipeline retail --reason \"...\"` would take it.", held.Body, StringComparison.Ordinal);
        Assert.Contains($"If it corrects {date}: `etlworker retry {date} --with-newest --pipeline retail --reason \"...\"`", held.Body,
            StringComparison.Ordinal);
        var (exit, said) = await rig.CommandAsync("retry", date, "--with-newest", "--yes", "--reason", "corrected");
        Assert.True(exit == 0, said);
        await rig.NotifiedAsync("succeeded");
        // An older date: the answers are its own, staging stays the newest's.
        Assert.Equal(3, await rig.QueryAsync<long>($"select n from public.counted where ingestion_date = '{date}'"));
        Assert.Equal(5, await rig.RowsAsync("orders"));
    }

    [Fact]
    public async Task What_names_its_date_and_what_is_no_newer_stays_with_its_own_date()
    {
        await using var rig = await CreateRigAsync();
        rig.Define(pipeline => pipeline["feeds"]![0]!["object"] = "in/{date}/orders.csv");
        await using var worker = await rig.StartAsync();
        var today = await rig.QueryAsync<string>("select (now() at time zone 'UTC')::date::text");
        var next = await rig.QueryAsync<string>("select ((now() at time zone 'UTC')::date + 1)::text");
        await rig.DropAsync($"in/{today}/orders.csv", "number\n1\n");
        await rig.DropRowsAsync("reviews", 2);
        Assert.Equal(today, (await rig.NotifiedAsync("failed")).Attributes["run_date"]);
        await rig.DropAsync($"in/{next}/orders.csv", "id,note\n9,x\n");
        await rig.UntilAsync("select count(*) = 3 from etl.drop");

        var (exit, said) = await rig.CommandAsync("retry", today, "--with-newest", "--yes", "--reason", "corrected");

        Assert.True(exit == 0, said);
        Assert.Contains("No other date is changed", said, StringComparison.Ordinal);
        await rig.NotifiedAsync("failed");
        Assert.Equal("orders failed, orders pending, reviews failed", await rig.DropsAsync());
    }

    [Fact]
    public async Task All_that_adds_to_its_table_is_taken_and_given_back_when_the_retry_fails()
    {
        await using var rig = await CreateRigAsync("""events "mode": "append" """);
        await using var worker = await rig.StartAsync();
        await rig.DropAsync("in/events.csv", "id,note\n1,x\n");
        await rig.UntilAsync("select count(*) = 1 from etl.drop");
        var date = (await FailAsync(rig)).Attributes["run_date"];
        await rig.DropAsync("in/events.csv", "id,note\n2,x\n");
        await rig.DropAsync("in/events.csv", "id,note\n3,x\n");
        await rig.UntilAsync("select count(*) = 5 from etl.drop");
        var retry = new[] { "retry", date, "--with-newest", "--yes", "--reason", "corrected" };
        Assert.Contains("with 5 drops", (await rig.CommandAsync(retry)).Said, StringComparison.Ordinal);
        await rig.NotifiedAsync("failed");
        Assert.Equal("events held, events held, events held, orders failed, reviews failed", await rig.DropsAsync());

        await rig.DropRowsAsync("orders", 3);
        await rig.UntilAsync("select count(*) = 6 from etl.drop");
        Assert.Equal(0, (await rig.CommandAsync(retry)).Exit);

        await rig.NotifiedAsync("succeeded");
        Assert.Equal(3, await rig.RowsAsync("events"));
    }

    /// <summary>Today's run fails by its orders; then it is tomorrow.</summary>
    private async Task<ReceivedNotice> FailAsync(Rig rig)
    {
        await rig.DropAsync("in/orders.csv", "number\n1\n");
        await rig.DropRowsAsync("reviews", 2);
        var failed = await rig.NotifiedAsync("failed");
        _clock.Shift = SmallPipeline.OneDay;
        return failed;
    }

    private async Task<Rig> CreateRigAsync(params string[] more)
    {
        var rig = await Rig.CreateAsync(postgres, _aws.Endpoint, null, TestContext.Current.CancellationToken);
        await rig.DefineAsync("{}", ["orders", "reviews", .. more]);
        return rig;
    }
}
