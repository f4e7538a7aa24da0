using EtlWorker.Domain.Pipelines;
using EtlWorker.IntegrationTests.Recovery;
using EtlWorker.IntegrationTests.Rigging;
using EtlWorker.StandIns;
using EtlWorker.StandIns.Http;
using Xunit;

namespace EtlWorker.IntegrationTests.Scaling;

/// <summary>
/// The worker on a cluster: staging tables are distributed, dimensions are reference tables, ledger and answers stay on the
/// coordinator. Whatever it comes to is what one PostgreSQL comes to.
/// </summary>
public sealed class CitusTests(PostgresServer postgres, UndisturbedRun undisturbed) : IClassFixture<UndisturbedRun>, IAsyncLifetime
{
    private readonly ShiftedClock _clock = new();
    private LocalAws _aws = null!;

    public async ValueTask InitializeAsync() =>
        _aws = await LocalAws.StartAsync(new LocalAwsOptions { TimeProvider = _clock }, TestContext.Current.CancellationToken);

    public ValueTask DisposeAsync() => _aws.DisposeAsync();

    [Fact]
    public async Task The_reference_feed_gives_exactly_the_expected_answers()
    {
        ReferenceAnswers.SkipWithout();
        await using var rig = await CreateRigAsync(ReferenceAnswers.AsOf);
        await using var worker = await rig.StartAsync();

        await rig.DropSetAsync(Repository.Reference);
        var notice = await rig.Aws.NextNoticeAsync(rig.Token);

        Assert.True(notice.Attributes["status"] == "succeeded", notice.Body);
        await ReferenceAnswers.AssertAsync(rig, notice.Attributes["run_date"]);
        Assert.Equal("dim_dates reference, dim_products reference, orders distributed, reviews distributed, "
            + "shipment_deliveries distributed", await rig.QueryAsync<string>(
            """
            select string_agg(split_part(table_name::text, '.', 2) || ' ' || citus_table_type, ', ' order by table_name::text collate "C")
            from citus_tables where table_name::text not in ('if_common.dim_customers', 'if_common.dim_addresses')
            """));
    }

    [Theory]
    [InlineData("clean but for some bad rows", 1)]
    [InlineData("with duplicate keys", 2)]
    public async Task A_feed_comes_to_the_same_rows_rejects_answers_exports_and_ledger_as_on_one_PostgreSQL(string feed, int attempts)
    {
        string Change(string file, string text) => attempts > 1 && file == "orders.csv" ? Repeated(text) : text;
        await using var one = await Rig.CreateAsync(postgres, _aws.Endpoint, UndisturbedRun.AsOf, TestContext.Current.CancellationToken);
        await using var cluster = await CreateRigAsync(UndisturbedRun.AsOf);

        var expected = await OutcomeAsync(one, Change);
        var outcome = await OutcomeAsync(cluster, Change);

        TestContext.Current.TestOutputHelper?.WriteLine($"{feed}: attempt {outcome.Attempts}");
        Assert.Equal(expected.Text, outcome.Text);
        // A node's refusal ends the session and so the attempt; the next one loads row by row.
        Assert.Equal((attempts, 1, ""), (outcome.Attempts, outcome.Told, outcome.Unended));
    }

    [Fact]
    public async Task The_next_day_replaces_all_and_a_check_that_fails_leaves_the_former_rows()
    {
        await using var rig = await CreateRigAsync(UndisturbedRun.AsOf);
        using var next = new SampleDirectory(orders: 700, seed: 2);
        rig.Define(pipeline => pipeline["feeds"]!.AsArray().ToList().ForEach(feed => feed!["maxShrinkPercent"] = 100));
        await using var worker = await rig.StartAsync();
        await rig.DropRequiredAsync(undisturbed.Directory);
        await rig.NotifiedAsync("succeeded");
        _clock.Shift = TimeSpan.FromDays(1);
        await rig.DropSetAsync(next.Path);
        await rig.NotifiedAsync("succeeded");
        Assert.Equal(700, await rig.QueryAsync<long>("select count(*) from staging.orders"));
        var before = await rig.TablesAsync();

        _clock.Shift = TimeSpan.FromDays(2);
        // A day that the calendar does not have.
        await rig.DropRequiredAsync(
            next.Path, (file, text) => file == "orders.csv" ? text.Replace(",2026-06-1", ",2046-06-1", StringComparison.Ordinal) : text);

        Assert.Contains("check orders_outside_calendar found", (await rig.NotifiedAsync("failed")).Body, StringComparison.Ordinal);
        Assert.Equal(before, await rig.TablesAsync());
    }

    [Fact]
    public async Task A_retry_of_an_older_date_writes_its_answers_and_leaves_staging_as_it_was()
    {
        await using var rig = await CreateRigAsync(UndisturbedRun.AsOf);
        using var next = new SampleDirectory(orders: 3_000, seed: 2);
        await using var worker = await rig.StartAsync();
        await rig.DropRequiredAsync(
            undisturbed.Directory,
            (file, text) => file == "reviews.csv" ? text.Replace("product_id", "product", StringComparison.Ordinal) : text);
        var date = (await rig.NotifiedAsync("failed")).Attributes["run_date"];
        await rig.DropRequiredAsync(undisturbed.Directory);
        await rig.NotifiedAsync("held");
        _clock.Shift = TimeSpan.FromDays(1);
        await rig.DropRequiredAsync(next.Path);
        await rig.NotifiedAsync("succeeded");
        var staging = await StagingAsync(rig);

        var (exit, said) = await rig.CommandAsync("retry", date, "--reason", "header corrected");

        Assert.True(exit == 0, said);
        Assert.Equal(date, (await rig.NotifiedAsync("succeeded")).Attributes["run_date"]);
        Assert.Equal(staging, await StagingAsync(rig));
        Assert.Equal(2, await rig.QueryAsync<long>("select count(*) from analytics.agg_shipments"));
        var expected = await undisturbed.OutcomeAsync();
        Assert.Contains(
            (await rig.Aws.ReadAsync($"analytics_export/retail/{date}/agg_shipments.csv", rig.Token))
                .Replace(date, "RUN-DATE", StringComparison.Ordinal),
            expected.Text, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Killed_in_the_middle_of_a_load_it_leaves_the_former_rows_and_the_next_start_takes_the_run_up()
    {
        await using var run = await DisturbedRun.CreateAsync(
            await CreateRigAsync(UndisturbedRun.AsOf), _aws, await undisturbed.OutcomeAsync());
        var killed = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        await using var worker = await run.Rig.StartAsync();
        _aws.Faults.Fail(AwsService.S3, when: request =>
        {
            // Orders and reviews are on the nodes by now, in a transaction that has not ended.
            if (killed.Task.IsCompleted || request.Operation != "GET"
                || !request.Target.Contains("/orders_data/shipment_deliveries", StringComparison.Ordinal))
            {
                return false;
            }

            worker.Kill();
            killed.SetResult();
            return true;
        });
        await undisturbed.DropAsync(run);
        await killed.Task.WaitAsync(run.Rig.Token);
        await worker.ExitAsync(run.Rig.Token);
        await run.AssertAllOrNothingAsync();

        await using var second = WorkerProcess.Start(run.Rig.Environment);
        var outcome = await run.EndAsync(second);

        Assert.Equal((2, 1, ""), (outcome.Attempts, outcome.Told, outcome.Unended));
    }

    [Fact]
    public async Task Feeds_merge_and_append_with_the_same_rejects_as_on_one_PostgreSQL()
    {
        await using var one = await LoadRig.CreateAsync(postgres);
        await using var cluster = await LoadRig.CreateAsync(
            await CitusCluster.CreateMigratedDatabaseAsync(TestContext.Current.CancellationToken));

        Assert.Equal(await LoadModesAsync(one, ""), await LoadModesAsync(cluster, "select create_distributed_table('public.feed', 'id')"));
    }

    [Fact]
    public async Task What_the_table_refuses_is_named_the_same_as_on_one_PostgreSQL()
    {
        await using var one = await LoadRig.CreateAsync(postgres);
        await using var cluster = await LoadRig.CreateAsync(
            await CitusCluster.CreateMigratedDatabaseAsync(TestContext.Current.CancellationToken));

        Assert.Equal(await RefuseAsync(one, []), await RefuseAsync(cluster,
            ["select create_reference_table('public.product')", "select create_distributed_table('public.feed', 'id')"]));
    }

    private static async Task<string> LoadModesAsync(LoadRig rig, string distribute)
    {
        await rig.ExecuteAsync("create table public.feed (id int primary key, price int check (price > 0), note text default 'd')");
        await rig.ExecuteAsync(distribute);
        var merging = LoadRig.Feed with { Mode = LoadMode.Merge };
        var said = new List<string>();
        foreach (var (feed, csv) in new[]
        {
            (LoadRig.Feed, "id,price\n1,1\n2,2\n3,3\n"),
            (merging, "id,price,note\n1,5,a\n4,4,b\n1,6,c\n"),
            (merging, "id,price\n2,-1\n5,5\n3,7\n"),
            (LoadRig.Feed with { Mode = LoadMode.Append }, "id,price\n6,6\n"),
            (LoadRig.Feed with { Mode = LoadMode.Append }, "id,price\n1,1\n7,7\n7,8\n"),
        })
        {
            var loaded = await rig.LoadAsync(csv, feed);
            said.Add($"{loaded.Result.RowsRead} {loaded.Result.RowsLoaded} {string.Join(", ", loaded.Rejects)}: "
                + $"{string.Join(' ', await rig.RowsAsync())}");
        }

        return string.Join('\n', said);
    }

    private static async Task<string> RefuseAsync(LoadRig rig, string[] distribute)
    {
        await rig.ExecuteAsync("create table public.product (id int primary key); insert into public.product values (1), (2)");
        await rig.ExecuteAsync("create table public.feed (id int primary key, product int, price int, tags int[])");
        foreach (var statement in distribute)
        {
            await rig.ExecuteAsync(statement);
        }

        await rig.ExecuteAsync("alter table public.feed add constraint price_is_positive check (price > 0)");
        await rig.ExecuteAsync(
            "alter table public.feed add constraint product_is_known foreign key (product) references public.product (id)");
        var loaded = await rig.LoadAsync("id,product,price,tags\n1,1,1,{1}\n2,9,1,{}\n3,,1,{}\n4,2,0,{}\n1,2,1,{2}\nx,1,1,{}\n5,2,1,{x}\n");
        return $"{loaded.Result.RowsRead} {loaded.Result.RowsLoaded} {string.Join(", ", loaded.Rejects)}: "
            + $"{string.Join(' ', await rig.RowsAsync())}";
    }

    private async Task<RunOutcome> OutcomeAsync(Rig rig, Func<string, string, string> change)
    {
        await DisturbedRun.PutYesterdayAsync(rig);
        await using var worker = await rig.StartAsync();
        await rig.DropRequiredAsync(undisturbed.Directory, change);
        return await RunOutcome.ReadAsync(rig, _aws, worker);
    }

    /// <summary>The first rows once more at the end of the file.</summary>
    private static string Repeated(string text) => text + string.Join('\n', text.Split('\n')[1..6]) + '\n';

    private static async Task<string> StagingAsync(Rig rig) => string.Join('\n',
        await rig.CsvAsync("select * from staging.orders order by order_id"),
        await rig.CsvAsync("select * from staging.reviews order by product_id, review"),
        await rig.CsvAsync("select * from staging.shipment_deliveries order by shipment_id"));

    private Task<Rig> CreateRigAsync(DateOnly asOf) =>
        Rig.CreateAsync(CitusCluster.CreateDistributedDatabaseAsync, _aws.Endpoint, asOf, TestContext.Current.CancellationToken);
}
