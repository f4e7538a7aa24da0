using EtlWorker.IntegrationTests.Rigging;
using EtlWorker.StandIns;
using Xunit;

namespace EtlWorker.IntegrationTests.Batches;

/// <summary>Mounts and gateways put an empty object first and the real one seconds later.</summary>
public sealed class EmptyObjectTests(PostgresServer postgres) : IAsyncLifetime
{
    private readonly ShiftedClock _clock = new();
    private LocalAws _aws = null!;

    public async ValueTask InitializeAsync() =>
        _aws = await LocalAws.StartAsync(new LocalAwsOptions { TimeProvider = _clock }, TestContext.Current.CancellationToken);

    public ValueTask DisposeAsync() => _aws.DisposeAsync();

    [Theory]
    [InlineData("")]
    [InlineData("""
        "mode": "append"
        """)]
    public async Task An_empty_object_waits_for_its_real_version_which_runs_and_nobody_is_told_of_it(string mode)
    {
        await using var rig = await CreateRigAsync();
        await rig.DefineAsync("{}", $"orders {mode}", "reviews");
        await using var worker = await rig.StartAsync();
        await rig.DropRowsAsync("reviews", 2);
        await rig.DropAsync("in/orders.csv", "");
        await rig.UntilAsync("select count(*) = 2 from etl.drop");

        await rig.DropRowsAsync("orders", 3);

        await rig.NotifiedAsync("succeeded");
        Assert.Equal("orders superseded, orders loaded, reviews loaded", await rig.DropsAsync());
        var reason = await rig.QueryAsync<string>("select reason from etl.drop where disposition = 'superseded'");
        Assert.StartsWith("it is empty (0 bytes); its newer version", reason, StringComparison.Ordinal);
        Assert.Equal(3, await rig.RowsAsync("orders"));
        Assert.Equal(0, await rig.QueryAsync<long>("select count(*) from etl.notification where kind <> 'succeeded'"));
    }

    [Fact]
    public async Task The_deadline_names_an_object_that_stays_empty()
    {
        await using var rig = await CreateRigAsync();
        await rig.DefineAsync("""{ "deadline": "00:00" }""", "orders", "reviews");
        await rig.DropRowsAsync("reviews", 2);
        await rig.DropAsync("in/orders.csv", "");
        await using var worker = await rig.StartAsync();
        await rig.UntilAsync("select count(*) = 2 from etl.drop");
        await rig.UntilAsync("select exists (select from etl.deadline_watch)");
        await rig.ExecuteAsync("update etl.deadline_watch set judged_until = date_trunc('day', now(), 'UTC') - interval '1 hour'");

        var told = await rig.NotifiedAsync("late");

        Assert.Contains("missing: orders (empty)", told.Subject, StringComparison.Ordinal);
        Assert.Contains("orders          empty     in/orders.csv is empty (0 bytes)", told.Body, StringComparison.Ordinal);
        Assert.Equal("orders pending, reviews pending", await rig.DropsAsync());
    }

    [Fact]
    public async Task A_window_that_closes_names_an_object_that_stayed_empty()
    {
        await using var rig = await CreateRigAsync();
        await rig.DefineAsync("{}", "orders", "reviews");
        _clock.Shift = TimeSpan.FromHours(-36);
        await rig.DropRowsAsync("reviews", 2);
        await rig.DropAsync("in/orders.csv", "");
        await using var worker = await rig.StartAsync();

        var told = await rig.NotifiedAsync("superseded");

        Assert.Contains("2 drops recorded as superseded", told.Body, StringComparison.Ordinal);
        Assert.Contains("closed incomplete; missing: orders (in/orders.csv is empty)", told.Body, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_change_tells_of_the_feed_that_has_only_an_empty_object_and_leaves_its_table()
    {
        await using var rig = await CreateRigAsync();
        await rig.DefineAsync("""{ "when": "change", "settle": "00:01" }""", "orders", "reviews");
        _clock.Shift = TimeSpan.FromHours(-3);
        await rig.DropAsync("in/reviews.csv", "");
        _clock.Shift = TimeSpan.FromHours(-2);
        await rig.DropRowsAsync("orders", 3);
        await using var worker = await rig.StartAsync();

        var told = await rig.NotifiedAsync("succeeded");

        Assert.Contains("reviews: in/reviews.csv is empty: its table keeps the rows that it has", told.Body, StringComparison.Ordinal);
        Assert.Equal("orders loaded, reviews superseded", await rig.DropsAsync());
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task Where_no_rows_are_right_an_empty_object_is_a_snapshot_without_rows_and_that_is_told(bool header)
    {
        await using var rig = await CreateRigAsync();
        await rig.DefineAsync("{}", $"orders \"minRows\": 0, \"header\": {(header ? "true" : "false")}", "reviews");
        await rig.ExecuteAsync("insert into public.orders values (7, 'former')");
        await using var worker = await rig.StartAsync();
        await rig.DropAsync("in/orders.csv", "");
        await rig.DropRowsAsync("reviews", 2);

        var told = await rig.NotifiedAsync("succeeded");

        Assert.Contains("orders: in/orders.csv is empty: no rows, which \"minRows\": 0 allows", told.Body, StringComparison.Ordinal);
        Assert.Equal((0, 2), (await rig.RowsAsync("orders"), await rig.RowsAsync("reviews")));
        Assert.Equal("orders loaded, reviews loaded", await rig.DropsAsync());
    }

    private Task<Rig> CreateRigAsync() => Rig.CreateAsync(postgres, _aws.Endpoint, null, TestContext.Current.CancellationToken);
}
