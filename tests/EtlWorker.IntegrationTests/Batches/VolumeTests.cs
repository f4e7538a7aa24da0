using EtlWorker.IntegrationTests.Rigging;
using EtlWorker.StandIns;
using Xunit;

namespace EtlWorker.IntegrationTests.Batches;

/// <summary>Feeds that have far more or fewer rows than in their last runs, through the real binary and the real ledger.</summary>
public sealed class VolumeTests(PostgresServer postgres) : IAsyncLifetime
{
    private const string Band = """ "maxShrinkPercent": 100, "volume": { "minPercent": 50, "maxPercent": 200 }""";
    private readonly ShiftedClock _clock = new();
    private LocalAws _aws = null!;

    public async ValueTask InitializeAsync() =>
        _aws = await LocalAws.StartAsync(new LocalAwsOptions { TimeProvider = _clock }, TestContext.Current.CancellationToken);

    public ValueTask DisposeAsync() => _aws.DisposeAsync();

    [Fact]
    public async Task A_snapshot_is_compared_with_the_median_of_its_runs_once_there_are_three_and_a_failed_run_is_none_of_them()
    {
        await using var rig = await CreateRigAsync($"orders {Band}");
        await using (var worker = await rig.StartAsync())
        {
            foreach (var rows in new[] { 10, 40, 20 })
            {
                await rig.DropRowsAsync("orders", rows);
                await rig.NotifiedAsync("succeeded");
                _clock.Shift += SmallPipeline.OneDay;
            }

            await rig.DropRowsAsync("orders", 41);
            Assert.Contains(
                "in/orders.csv has 41 good rows, 205 % of 20, the median of the last 3 runs; "
                + "the volume of feed orders may be 50 to 200 % of it",
                (await rig.NotifiedAsync("failed")).Body, StringComparison.Ordinal);
            Assert.Equal(20, await rig.RowsAsync("orders"));
            _clock.Shift += SmallPipeline.OneDay;
            await rig.DropRowsAsync("orders", 40);
            await rig.NotifiedAsync("succeeded");
        }

        // The name is another one, and the runs are the feed's own all the same.
        await rig.ExecuteAsync("alter table public.orders rename to purchases");
        rig.Define(pipeline =>
        {
            var feed = pipeline["feeds"]![0]!;
            (feed["name"], feed["formerName"], feed["table"]) = ("purchases", "orders", "public.purchases");
        });
        await rig.WriteAsync("counted.sql", "select count(*) as n from public.purchases");
        _clock.Shift += SmallPipeline.OneDay;
        await using var renamed = await rig.StartAsync();
        await rig.DropRowsAsync("orders", 14);
        Assert.Contains(
            "14 good rows, 46.7 % of 30, the median of the last 4 runs; the volume of feed purchases",
            (await rig.NotifiedAsync("failed")).Body, StringComparison.Ordinal);
    }

    [Fact]
    public async Task What_is_appended_to_a_date_by_a_retry_counts_as_its_date_s_and_older_dates_know_no_later_ones()
    {
        await using var rig = await CreateRigAsync($"""events "mode": "append", {Band}, "maxRows": 60""");
        await using var worker = await rig.StartAsync();
        var dates = new List<string>();
        var id = 0;
        foreach (var rows in new[] { 20, 20, 30, 30 })
        {
            await DropEventsAsync(rig, rows, ref id);
            dates.Add((await rig.NotifiedAsync("succeeded")).Attributes["run_date"]);
            _clock.Shift += SmallPipeline.OneDay;
        }

        // Three rows by themselves would be far too few, and so would three be for the days that follow.
        _clock.Shift -= SmallPipeline.OneDay;
        await DropEventsAsync(rig, 3, ref id);
        await rig.UntilAsync("select count(*) = 1 from etl.drop where disposition = 'held'");
        Assert.Equal(0, (await rig.CommandAsync("retry", dates[3], "--reason", "corrected")).Exit);
        await rig.NotifiedAsync("succeeded");
        Assert.Equal(103, await rig.RowsAsync("events"));
        _clock.Shift += SmallPipeline.OneDay;
        await DropEventsAsync(rig, 9, ref id);
        Assert.Contains(
            "in/events.csv has 9 good rows, 36 % of 25, the median of the last 4 runs", (await rig.NotifiedAsync("failed")).Body,
            StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_band_that_warns_is_in_the_notice_and_plan_judges_as_a_run_does()
    {
        await using var rig = await CreateRigAsync(
            """orders "maxShrinkPercent": 100, "volume": { "minPercent": 50, "severity": "warn" }""");
        await using var worker = await rig.StartAsync();
        foreach (var rows in new[] { 20, 20, 21, 20 })
        {
            await rig.DropRowsAsync("orders", rows);
            Assert.DoesNotContain("median", (await rig.NotifiedAsync("succeeded")).Body, StringComparison.Ordinal);
            _clock.Shift += SmallPipeline.OneDay;
        }

        await rig.DropRowsAsync("orders", 9);

        const string Told = "in/orders.csv has 9 good rows, 45 % of 20, the median of the last 4 runs; "
            + "the volume of feed orders may be at least 50 % of it";
        var date = (await rig.NotifiedAsync("succeeded")) is var told ? told.Attributes["run_date"] : "";
        Assert.Contains(Told, told.Body, StringComparison.Ordinal);
        rig.Define(pipeline => pipeline["feeds"]![0]!["volume"]!["severity"] = "fail");
        var (exit, said) = await rig.CommandAsync("plan", rig.Environment["ETLWORKER__PIPELINE__DEFINITION"], "--date", date);
        Assert.Equal(1, exit);
        Assert.Contains(Told, said.ReplaceLineEndings(" "), StringComparison.Ordinal);
    }

    private static Task DropEventsAsync(Rig rig, int rows, ref int id)
    {
        var first = id + 1;
        id += rows;
        return rig.DropAsync("in/events.csv", $"id,note\n{string.Concat(Enumerable.Range(first, rows).Select(row => $"{row},x\n"))}");
    }

    private async Task<Rig> CreateRigAsync(params string[] feeds)
    {
        // Days that are over, so that a test needs no midnight: each of its sets is one file, for a window in the past waits for no other.
        _clock.Shift = -8 * SmallPipeline.OneDay;
        var rig = await Rig.CreateAsync(postgres, _aws.Endpoint, null, TestContext.Current.CancellationToken);
        await rig.DefineAsync("""{ "lookback": "240:00" }""", feeds);
        return rig;
    }
}
