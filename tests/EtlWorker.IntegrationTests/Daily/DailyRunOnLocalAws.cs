using EtlWorker.IntegrationTests.Rigging;
using EtlWorker.StandIns;
using Xunit;

namespace EtlWorker.IntegrationTests.Daily;

/// <summary>The scenarios on LocalAws, and those that need its faults or its clock.</summary>
public sealed class DailyRunOnLocalAws(PostgresServer postgres) : DailyRunScenarios(postgres), IAsyncLifetime
{
    private readonly ShiftedClock _clock = new();
    private LocalAws _aws = null!;

    public async ValueTask InitializeAsync() =>
        _aws = await LocalAws.StartAsync(new LocalAwsOptions { TimeProvider = _clock }, TestContext.Current.CancellationToken);

    public ValueTask DisposeAsync() => _aws.DisposeAsync();

    [Fact]
    public async Task Every_message_twice_and_in_reverse_order_gives_the_same_ledger_and_answers()
    {
        using var sample = new SampleDirectory(orders: 500);
        var straight = await RunAsync(sample, reversedTwice: false);
        var reversed = await RunAsync(sample, reversedTwice: true);
        Assert.Equal(straight, reversed);
    }

    // Elsewhere the same bytes within five minutes may be the same drop: an event without a version id tells no more.
    [Fact]
    public async Task The_same_files_dropped_again_on_the_same_day_are_held()
    {
        using var sample = new SampleDirectory(orders: 500);
        await SecondSetIsHeldAsync(sample, sample);
    }

    [Fact]
    public async Task Another_header_fails_the_run_names_the_column_and_changes_nothing()
    {
        await using var rig = await CreateRigAsync(asOf: new DateOnly(2026, 6, 30));
        using var sample = new SampleDirectory(orders: 500);
        using var next = new SampleDirectory(orders: 700, seed: 2);
        await using var worker = await rig.StartAsync();
        await rig.DropSetAsync(sample.Path);
        Assert.Equal("succeeded", (await rig.Aws.NextNoticeAsync(rig.Token)).Attributes["status"]);
        var before = await rig.TablesAsync();

        _clock.Shift = TimeSpan.FromDays(1);
        await rig.DropRequiredAsync(
            next.Path, (name, text) => name == "shipment_deliveries.csv" ? text.Replace("order_id", "order_number") : text);
        var notice = await rig.Aws.NextNoticeAsync(rig.Token);

        Assert.Equal("failed", notice.Attributes["status"]);
        Assert.Contains(
            "orders_data/shipment_deliveries.csv, line 1: the column order_id is missing", notice.Body, StringComparison.Ordinal);
        Assert.Equal(before, await rig.TablesAsync());
        Assert.Equal("failed succeeded", await rig.QueryAsync<string>("select string_agg(state, ' ' order by run_date desc) from etl.run"));
        Assert.Equal(3, await rig.QueryAsync<long>("select count(*) from etl.drop where disposition = 'failed'"));

        // Still up and listening: a later drop of the same day is received, and held.
        await rig.DropRequiredAsync(next.Path);
        Assert.Equal("held", (await rig.Aws.NextNoticeAsync(rig.Token)).Attributes["status"]);
        Assert.False(worker.HasExited);
    }

    [Fact]
    public async Task An_optional_file_that_landed_with_a_failed_set_joins_the_next_run()
    {
        await using var rig = await CreateRigAsync(asOf: new DateOnly(2026, 6, 30));
        using var sample = new SampleDirectory(orders: 300);
        await using var worker = await rig.StartAsync();
        await rig.DropSetAsync(sample.Path, (name, text) => name == "reviews.csv" ? text.Replace("product_id", "product") : text);
        Assert.Equal("failed", (await rig.Aws.NextNoticeAsync(rig.Token)).Attributes["status"]);
        Assert.Equal(0, await rig.QueryAsync<long>("select count(*) from if_common.dim_products"));

        _clock.Shift = TimeSpan.FromDays(1);
        await rig.DropRequiredAsync(sample.Path);

        Assert.Equal("succeeded", (await rig.Aws.NextNoticeAsync(rig.Token)).Attributes["status"]);
        Assert.Equal(25, await rig.QueryAsync<long>("select count(*) from if_common.dim_products"));
    }

    [Fact]
    public async Task Tables_that_refer_to_each_other_are_replaced_day_after_day()
    {
        await using var rig = await CreateRigAsync(asOf: new DateOnly(2026, 6, 30));
        using var sample = new SampleDirectory(orders: 300);
        await rig.ExecuteAsync("alter table staging.shipment_deliveries add foreign key (order_id) references staging.orders");
        await using var worker = await rig.StartAsync();
        await rig.DropSetAsync(sample.Path);
        Assert.Equal("succeeded", (await rig.Aws.NextNoticeAsync(rig.Token)).Attributes["status"]);

        _clock.Shift = TimeSpan.FromDays(1);
        await rig.DropRequiredAsync(sample.Path);
        Assert.Equal("succeeded", (await rig.Aws.NextNoticeAsync(rig.Token)).Attributes["status"]);

        // Referred to from elsewhere, it cannot be truncated at all.
        await rig.ExecuteAsync("create table public.notes (order_id int references staging.orders)");
        _clock.Shift = TimeSpan.FromDays(2);
        await rig.DropRequiredAsync(sample.Path);
        Assert.Equal("succeeded", (await rig.Aws.NextNoticeAsync(rig.Token)).Attributes["status"]);
        Assert.Equal(300, await rig.QueryAsync<long>("select count(*) from staging.orders"));
    }

    [Fact]
    public async Task A_run_whose_session_dies_each_time_fails_after_its_attempts_and_is_told()
    {
        await using var rig = await CreateRigAsync(asOf: null);
        using var sample = new SampleDirectory(orders: 100);
        rig.Environment["ETLWORKER__RUN__ATTEMPTS"] = "2";
        rig.Environment["ETLWORKER__RUN__INTERVAL"] = "00:00:01";
        // A role may always end its own sessions: what an analysis that exhausts the server's memory does to it.
        await rig.ExecuteAsync(
            """
            create function staging.die() returns trigger language plpgsql as
                'begin perform pg_terminate_backend(pg_backend_pid()); return null; end';
            create trigger die before insert on analytics.agg_shipments execute function staging.die()
            """);
        await using var worker = await rig.StartAsync();
        await rig.DropRequiredAsync(sample.Path);

        var notice = await rig.Aws.NextNoticeAsync(rig.Token);

        Assert.Equal("failed", notice.Attributes["status"]);
        Assert.Contains("2 attempts ended early, the last one by: ", notice.Body, StringComparison.Ordinal);
        Assert.Equal(0, await rig.QueryAsync<long>("select count(*) from staging.orders"));
    }

    [Fact]
    public async Task More_bad_rows_than_allowed_fail_the_run_and_the_rows_are_kept()
    {
        await using var rig = await CreateRigAsync(asOf: null);
        using var sample = new SampleDirectory(orders: 1_000);
        await using var worker = await rig.StartAsync();

        await rig.DropSetAsync(sample.Path, (name, text) => name == "orders.csv" ? text.Replace(",2026-", ",2O26-") : text);
        var notice = await rig.Aws.NextNoticeAsync(rig.Token);

        Assert.Equal("failed", notice.Attributes["status"]);
        Assert.Contains("more than 100 rows", notice.Body, StringComparison.Ordinal);
        Assert.Equal(101, await rig.QueryAsync<long>("select count(*) from etl.reject where code = 'date'"));
        Assert.Equal(0, await rig.QueryAsync<long>("select count(*) from staging.orders"));
    }

    [Fact]
    public async Task The_next_day_s_set_replaces_staging_and_keeps_the_former_day_s_answers()
    {
        await using var rig = await CreateRigAsync(asOf: new DateOnly(2026, 6, 30));
        using var sample = new SampleDirectory(orders: 500);
        using var next = new SampleDirectory(orders: 700, seed: 2);
        await using var worker = await rig.StartAsync();
        await rig.DropSetAsync(sample.Path);
        await rig.Aws.NextNoticeAsync(rig.Token);

        _clock.Shift = TimeSpan.FromDays(1);
        await rig.DropRequiredAsync(next.Path);
        Assert.Equal("succeeded", (await rig.Aws.NextNoticeAsync(rig.Token)).Attributes["status"]);

        Assert.Equal(700, await rig.QueryAsync<long>("select count(*) from staging.orders"));
        Assert.Equal(2, await rig.QueryAsync<long>("select count(*) from analytics.agg_shipments"));
    }

    private async Task<string> RunAsync(SampleDirectory sample, bool reversedTwice)
    {
        await using var rig = await CreateRigAsync(asOf: new DateOnly(2026, 6, 30));
        if (reversedTwice)
        {
            _aws.Faults.DeliverCopies(rig.Aws.QueueName, 2);
            _aws.Faults.Hold(rig.Aws.QueueName);
        }

        await using var worker = await rig.StartAsync();
        await rig.DropRequiredAsync(sample.Path);
        if (reversedTwice)
        {
            _aws.Faults.ReleaseReversed(rig.Aws.QueueName);
        }

        Assert.Equal("succeeded", (await rig.Aws.NextNoticeAsync(rig.Token)).Attributes["status"]);
        Assert.Equal(0, await worker.StopAsync(rig.Token));
        var ledger = await rig.CsvAsync(
            """
            select drops.feed, drops.key, drops.disposition, feeds.rows_read, feeds.rows_loaded, feeds.rows_rejected, feeds.sha256,
                run.state, run.attempt
            from etl.drop as drops
            join etl.run on run.id = drops.run_id
            join etl.run_feed as feeds on feeds.drop_id = drops.id
            order by drops.key
            """);
        Assert.Equal(3, await rig.QueryAsync<long>("select count(*) from etl.drop where feed is not null"));
        return ledger + await rig.TablesAsync();
    }

    private protected override Task<Uri> EndpointAsync() => Task.FromResult(_aws.Endpoint);
}
