using EtlWorker.IntegrationTests.Rigging;
using EtlWorker.StandIns.Http;
using Xunit;

namespace EtlWorker.IntegrationTests.Promises;

/// <summary>What is promised of days, batches and notices.</summary>
public sealed class DayPromises(PostgresServer postgres) : PromiseRig(postgres)
{
    [Fact]
    public async Task Once_per_calendar_day()
    {
        await using var rig = await CreateRigAsync();
        await using var worker = await rig.StartAsync();
        await using var another = await rig.StartAsync();
        await DropSetAsync(rig);
        await rig.NotifiedAsync("succeeded");

        await DropSetAsync(rig, 5, 5, "again");
        await rig.UntilAsync("select count(*) = 2 from etl.drop where disposition = 'held'");

        Assert.Equal(
            "1 succeeded 1", await rig.QueryAsync<string>("select concat_ws(' ', count(*), max(state), max(attempt)) from etl.run"));
        Assert.Equal((3L, 2L), (await rig.RowsAsync("orders"), await rig.RowsAsync("reviews")));
    }

    [Fact]
    public async Task The_day_is_a_date_not_24_hours()
    {
        await using var rig = await CreateRigAsync();
        rig.Define(pipeline => pipeline["timeZone"] = "Africa/Lagos");
        await using var worker = await rig.StartAsync();
        // Lagos is an hour ahead of UTC: 23:30 and, an hour later, 00:30.
        var evening = (await rig.QueryAsync<DateTime>("select date_trunc('day', now() at time zone 'UTC')")).AddDays(1).AddHours(22.5);
        Clock.ShiftTo(new DateTimeOffset(evening, TimeSpan.Zero));
        await DropSetAsync(rig);
        var first = (await rig.NotifiedAsync("succeeded")).Attributes["run_date"];
        Clock.Shift += TimeSpan.FromHours(1);
        await DropSetAsync(rig, 5, 5);
        var second = (await rig.NotifiedAsync("succeeded")).Attributes["run_date"];

        Assert.Equal((evening.ToString("yyyy-MM-dd", null), evening.AddDays(1).ToString("yyyy-MM-dd", null)), (first, second));
        Assert.Equal("Africa/Lagos", await rig.QueryAsync<string>("select min(time_zone) from etl.run"));
    }

    [Fact]
    public async Task Whole_batches()
    {
        await using var rig = await CreateRigAsync();
        Clock.Shift = -2 * SmallPipeline.OneDay;
        await rig.DropRowsAsync("orders", 3);
        await using var worker = await rig.StartAsync();

        var told = await rig.NotifiedAsync("superseded");

        Assert.Contains("closed incomplete; missing: reviews", told.Body, StringComparison.Ordinal);
        Assert.Equal((0L, 0L), (await rig.QueryAsync<long>("select count(*) from etl.run"), await rig.RowsAsync("orders")));
    }

    [Fact]
    public async Task The_outcome_is_told()
    {
        await using var rig = await CreateRigAsync();
        Aws.Faults.MakeUnreachable(AwsService.Sns);
        await using var worker = await rig.StartAsync();
        await DropSetAsync(rig);
        await rig.UntilAsync(
            "select attempts > 0 and sent_at is null from etl.notification union all select false order by 1 desc limit 1");
        Assert.Equal("succeeded", await rig.QueryAsync<string>("select state from etl.run"));

        Aws.Faults.Restore(AwsService.Sns);

        var told = await rig.NotifiedAsync("succeeded");
        var run = await rig.QueryAsync<long>("select id from etl.run");
        Assert.Equal($"{run}", told.Attributes["run_id"]);
        Assert.Contains($"Run        {run}", told.Body, StringComparison.Ordinal);
        Assert.StartsWith("ingestion_date,n\n", await rig.Aws.ReadAsync("out/counted.csv", rig.Token), StringComparison.Ordinal);
        await rig.UntilAsync("select count(*) = 1 from etl.notification where sent_at is not null and message_id <> ''");
    }
}
