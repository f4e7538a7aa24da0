using EtlWorker.IntegrationTests.Rigging;
using Xunit;

namespace EtlWorker.IntegrationTests.Daily;

/// <summary>
/// The daily run from drop to notice, through the real binary. Everything here goes through the ordinary AWS APIs, so it
/// runs against any endpoint.
/// </summary>
public abstract class DailyRunScenarios(PostgresServer postgres)
{
    /// <summary>The endpoint, or a skipped test that says why there is none.</summary>
    private protected abstract Task<Uri> EndpointAsync();

    [Fact]
    public async Task The_reference_feed_gives_exactly_the_expected_answers()
    {
        ReferenceAnswers.SkipWithout();
        await using var rig = await CreateRigAsync(ReferenceAnswers.AsOf);
        await using var worker = await rig.StartAsync();

        await rig.DropSetAsync(Repository.Reference);
        var notice = await rig.Aws.NextNoticeAsync(rig.Token);

        Assert.Equal("succeeded", notice.Attributes["status"]);
        Assert.Equal("10000 7236 10000 6757 7803", await rig.QueryAsync<string>(
            """
            select concat_ws(' ', (select count(*) from staging.orders), (select count(*) from staging.reviews), count(*),
                count(*) filter (where shipment_date is null), count(*) filter (where delivery_date is null))
            from staging.shipment_deliveries
            """));
        await ReferenceAnswers.AssertAsync(rig, notice.Attributes["run_date"]);
    }

    [Fact]
    public async Task The_notice_tells_what_ran_what_it_read_and_where_the_results_lie()
    {
        await using var rig = await CreateRigAsync(asOf: null);
        using var sample = new SampleDirectory(orders: 500);
        await using var worker = await rig.StartAsync();

        await rig.DropSetAsync(sample.Path);
        var notice = await rig.Aws.NextNoticeAsync(rig.Token);

        var runId = await rig.QueryAsync<long>("select id from etl.run");
        Assert.Equal(
            ("retail", "succeeded", $"{runId}"), (notice.Attributes["pipeline"], notice.Attributes["status"], notice.Attributes["run_id"]));
        Assert.StartsWith($"[etlworker] retail {notice.Attributes["run_date"]} SUCCEEDED:", notice.Subject, StringComparison.Ordinal);
        Assert.Matches(@"(?m)^orders +500 +500 +0 +\d+\.\d\d$", notice.Body);
        Assert.Contains("tt_late_shipments", notice.Body, StringComparison.Ordinal);
        Assert.Contains($"s3://{rig.Aws.Bucket}/analytics_export/retail/agg_shipments.csv", notice.Body, StringComparison.Ordinal);
        Assert.Matches(@"(?m)^Took +load \d+\.\d\d s, check .* s, analyse .* s, commit .* s, export .* s", notice.Body);
    }

    [Fact]
    public async Task A_second_set_on_the_same_day_is_held_and_nothing_doubles()
    {
        using var first = new SampleDirectory(orders: 500);
        using var second = new SampleDirectory(orders: 500, seed: 2);
        await SecondSetIsHeldAsync(first, second);
    }

    [Fact]
    public async Task One_bad_row_in_ten_thousand_is_refused_and_told_and_the_run_succeeds()
    {
        await using var rig = await CreateRigAsync(asOf: null);
        using var sample = new SampleDirectory(orders: 10_000);
        await using var worker = await rig.StartAsync();

        var badLine = 0;
        await rig.DropSetAsync(sample.Path, (name, text) => name == "orders.csv" ? WithBadDate(text, 1234, out badLine) : text);
        var notice = await rig.Aws.NextNoticeAsync(rig.Token);

        Assert.Equal("succeeded", notice.Attributes["status"]);
        Assert.Equal(1235, badLine);
        Assert.Contains("orders, line 1235, column order_date: not a calendar date as yyyy-MM-dd", notice.Body, StringComparison.Ordinal);
        Assert.DoesNotContain("2022-02-30", notice.Body, StringComparison.Ordinal);
        Assert.Equal("orders|1235|order_date|date", await rig.QueryAsync<string>(
            "select concat_ws('|', feed, line_number, column_name, code) from etl.reject"));
        Assert.Contains("2022-02-30", await rig.QueryAsync<string>("select raw_text from etl.reject"), StringComparison.Ordinal);
        Assert.Equal(9_999, await rig.QueryAsync<long>("select count(*) from staging.orders"));
        Assert.DoesNotContain("2022-02-30", worker.Output, StringComparison.Ordinal);
    }

    private protected async Task SecondSetIsHeldAsync(SampleDirectory first, SampleDirectory second)
    {
        await using var rig = await CreateRigAsync(asOf: null);
        await using var worker = await rig.StartAsync();
        await rig.DropSetAsync(first.Path);
        await rig.Aws.NextNoticeAsync(rig.Token);
        var before = await rig.TablesAsync();

        await rig.DropRequiredAsync(second.Path);
        for (var held = 0L; held < 3; held = await rig.QueryAsync<long>("select count(*) from etl.drop where disposition = 'held'"))
        {
            Assert.Equal("held", (await rig.Aws.NextNoticeAsync(rig.Token)).Attributes["status"]);
        }

        Assert.Equal(1, await rig.QueryAsync<long>("select count(*) from etl.run"));
        Assert.Equal(before, await rig.TablesAsync());
    }

    private protected async Task<Rig> CreateRigAsync(DateOnly? asOf) =>
        await Rig.CreateAsync(postgres, await EndpointAsync(), asOf, TestContext.Current.CancellationToken);

    private static string WithBadDate(string orders, int row, out int line)
    {
        var lines = orders.Split('\n');
        var fields = lines[row].Split(',');
        fields[2] = "2022-02-30";
        lines[row] = string.Join(',', fields);
        line = row + 1;
        return string.Join('\n', lines);
    }
}
