using EtlWorker.IntegrationTests.Rigging;
using EtlWorker.StandIns;
using Xunit;

namespace EtlWorker.IntegrationTests.Batches;

/// <summary>What a person is notified of files that are dropped again and again, or not at all.</summary>
public sealed class RepeatedDropTests(PostgresServer postgres) : IAsyncLifetime
{
    private readonly ShiftedClock _clock = new();
    private LocalAws _aws = null!;

    public async ValueTask InitializeAsync() => _aws = await LocalAws.StartAsync(
        new LocalAwsOptions { TimeProvider = _clock }, TestContext.Current.CancellationToken);

    public ValueTask DisposeAsync() => _aws.DisposeAsync();

    [Fact]
    public async Task Two_hundred_drops_after_the_day_s_run_are_one_notice()
    {
        await using var rig = await CreateRigAsync();
        await rig.DefineAsync("{}", "orders", "reviews");
        await using var worker = await rig.StartAsync();
        await rig.DropRowsAsync("orders", 3);
        await rig.DropRowsAsync("reviews", 2);
        await rig.NotifiedAsync("succeeded");

        // They are told of together when they are decided on together, however long it takes to drop them.
        await using (await rig.HoldPipelineLockAsync())
        {
            for (var drop = 0; drop < 200; drop++)
            {
                await rig.DropRowsAsync("orders", 10 + drop);
            }

            await rig.UntilAsync("select count(*) = 202 from etl.drop where feed is not null");
        }

        await rig.UntilAsync("select count(*) = 200 from etl.drop where disposition = 'held'");
        var told = await rig.NotifiedAsync("held");
        await rig.UntilAsync("select not exists (select from etl.notification where sent_at is null)");

        Assert.Contains("HELD: 200 drops not loaded", told.Subject, StringComparison.Ordinal);
        Assert.Contains("- and 100 more", told.Body, StringComparison.Ordinal);
        Assert.Equal(1, await rig.QueryAsync<long>("select count(*) from etl.notification where kind = 'held'"));
    }

    [Fact]
    public async Task Snapshots_of_the_same_bytes_as_the_day_before_are_warned_of_and_so_is_an_optional_feed_that_did_not_come()
    {
        await using var rig = await CreateRigAsync();
        await rig.DefineAsync("{}", "orders", "reviews", "shipments \"required\": false");
        await using var worker = await rig.StartAsync();
        await rig.DropRowsAsync("orders", 3);
        await rig.DropRowsAsync("reviews", 2);
        var first = await rig.NotifiedAsync("succeeded");
        Assert.Contains("shipments (optional) has not come: its table keeps the rows that it has", first.Body, StringComparison.Ordinal);
        Assert.DoesNotContain("the same bytes", first.Body, StringComparison.Ordinal);

        _clock.Shift = SmallPipeline.OneDay;
        await rig.DropRowsAsync("orders", 3);
        await rig.DropRowsAsync("reviews", 4);
        var second = await rig.NotifiedAsync("succeeded");

        var before = first.Attributes["run_date"];
        Assert.Contains(
            $"orders has the same bytes as on {before}: see that the sender exports anew", second.Body, StringComparison.Ordinal);
        Assert.DoesNotContain("reviews has the same bytes", second.Body, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_file_of_an_append_feed_that_repeats_another_one_is_warned_of()
    {
        await using var rig = await CreateRigAsync();
        await rig.DefineAsync("{}", "orders \"mode\": \"append\"", "reviews");
        rig.Define(pipeline => pipeline["feeds"]![0]!["object"] = "in/o_*.csv");
        await rig.ExecuteAsync("alter table public.orders drop constraint orders_pkey");
        await using var worker = await rig.StartAsync();
        await rig.DropAsync("in/o_1.csv", "id,note\n1,x\n2,x\n");
        await rig.DropRowsAsync("reviews", 2);
        var first = await rig.NotifiedAsync("succeeded");
        Assert.DoesNotContain("the same bytes", first.Body, StringComparison.Ordinal);

        _clock.Shift = SmallPipeline.OneDay;
        await rig.DropAsync("in/o_2.csv", "id,note\n1,x\n2,x\n");
        await rig.DropRowsAsync("reviews", 4);
        var second = await rig.NotifiedAsync("succeeded");

        Assert.Contains(
            $"orders: in/o_2.csv has the same bytes as in/o_1.csv, loaded for {first.Attributes["run_date"]}: "
                + "its rows may now be in the table twice",
            second.Body, StringComparison.Ordinal);
    }

    private Task<Rig> CreateRigAsync() => Rig.CreateAsync(postgres, _aws.Endpoint, null, TestContext.Current.CancellationToken);
}
