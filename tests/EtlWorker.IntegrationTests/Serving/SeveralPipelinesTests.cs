using EtlWorker.IntegrationTests.Rigging;
using EtlWorker.StandIns;
using Xunit;

namespace EtlWorker.IntegrationTests.Serving;

/// <summary>Several pipelines in one worker, on one queue, from a folder on disk.</summary>
public sealed class SeveralPipelinesTests(PostgresServer postgres) : IAsyncLifetime
{
    private readonly ShiftedClock _clock = new();
    private LocalAws _aws = null!;

    public async ValueTask InitializeAsync() => _aws = await LocalAws.StartAsync(
        new LocalAwsOptions { TimeProvider = _clock }, TestContext.Current.CancellationToken);

    public ValueTask DisposeAsync() => _aws.DisposeAsync();

    [Fact]
    public async Task An_object_goes_to_every_pipeline_that_has_a_feed_for_it_as_a_drop_of_its_own()
    {
        await using var rig = await CreateRigAsync();
        using var deployed = Deployments.InFolder(rig);
        foreach (var name in new[] { "shop", "bank", "third" })
        {
            await deployed.CreateAsync(name);
            await deployed.WriteAsync(name, key: name == "third" ? "in/third/*.csv" : "in/both/*.csv");
            await deployed.DeployAsync(name);
        }

        await using var worker = await rig.StartAsync();
        await rig.UntilAsync("select count(*) = 3 from etl.pipeline");
        await deployed.DropAsync("both", 3);
        await rig.UntilAsync("select count(*) = 2 from etl.run where state = 'succeeded'");
        await deployed.DropAsync("third", 4);
        await rig.UntilAsync("select count(*) = 3 from etl.run where state = 'succeeded'");

        Assert.Equal((3, 3, 4), (await deployed.RowsAsync("bank"), await deployed.RowsAsync("shop"), await deployed.RowsAsync("third")));
        Assert.Equal(
            "bank in/both/a.csv loaded, shop in/both/a.csv loaded, third in/third/a.csv loaded",
            await rig.QueryAsync<string>(
                "select string_agg(pipeline || ' ' || key || ' ' || disposition, ', ' order by pipeline) "
                    + "from etl.drop where feed is not null"));
        Assert.DoesNotContain("is ignored", worker.Output, StringComparison.Ordinal);
        // One notice each, by the name of its pipeline.
        Assert.Equal(3, await rig.QueryAsync<long>("select count(distinct pipeline) from etl.notification where kind = 'succeeded'"));
    }

    [Fact]
    public async Task One_whose_table_is_locked_or_missing_or_whose_lock_is_held_holds_up_no_other()
    {
        await using var rig = await CreateRigAsync();
        using var deployed = Deployments.InFolder(rig);
        foreach (var name in new[] { "locked", "missing", "held", "well" })
        {
            await deployed.CreateAsync(name);
            await deployed.DeployAsync(name);
        }

        await rig.ExecuteAsync("drop table public.missing_rows");
        await using var worker = await rig.StartAsync();
        await rig.UntilAsync("select count(*) = 4 from etl.pipeline");
        await using (var holder = await PostgresServer.OpenAsync(rig.ConnectionString, rig.Token))
        {
            await using var begin = new Npgsql.NpgsqlCommand(
                "select pg_advisory_lock(hashtextextended('etlworker:run:held', 0)); begin; lock table public.locked_rows", holder);
            await begin.ExecuteNonQueryAsync(rig.Token);
            foreach (var name in new[] { "locked", "missing", "held" })
            {
                await deployed.DropAsync(name, 2);
                await rig.UntilAsync($"select exists (select from etl.drop where pipeline = '{name}')");
            }

            // The run of the locked one waits, and comes again and again.
            await rig.UntilAsync("select exists (select from etl.run where pipeline = 'locked' and state = 'claimed')");
            await deployed.DropAsync("well", 3);
            await rig.UntilAsync("select exists (select from etl.run where pipeline = 'well' and state = 'succeeded')");
            Assert.Equal("failed", await rig.QueryAsync<string>("select state from etl.run where pipeline = 'missing'"));
            Assert.Equal("claimed", await rig.QueryAsync<string>("select state from etl.run where pipeline = 'locked'"));
            Assert.Equal(0, await rig.QueryAsync<long>("select count(*) from etl.run where pipeline = 'held'"));
        }

        await rig.UntilAsync("select count(*) = 3 from etl.run where state = 'succeeded'");
        Assert.Equal((2, 2, 3), (await deployed.RowsAsync("locked"), await deployed.RowsAsync("held"), await deployed.RowsAsync("well")));
    }

    [Fact]
    public async Task A_pipeline_that_is_deployed_later_finds_what_landed_before()
    {
        await using var rig = await CreateRigAsync();
        using var deployed = Deployments.InFolder(rig);
        await deployed.CreateAsync("shop");
        await deployed.CreateAsync("late");
        await deployed.DeployAsync("shop");
        await using var worker = await rig.StartAsync();
        await rig.UntilAsync("select count(*) = 1 from etl.pipeline");
        // Long enough ago that nobody waits for its event any more.
        _clock.Shift = -TimeSpan.FromMinutes(10);
        await deployed.DropAsync("late", 5);
        await rig.UntilAsync("select exists (select from etl.drop where key = 'in/late/a.csv')");

        await deployed.DeployAsync("late");
        await rig.UntilAsync("select exists (select from etl.run where pipeline = 'late' and state = 'succeeded')");
        Assert.Equal(5, await deployed.RowsAsync("late"));
    }

    [Fact]
    public async Task A_pipeline_gets_another_name_while_its_worker_serves_others()
    {
        await using var rig = await CreateRigAsync();
        using var deployed = Deployments.InFolder(rig);
        await deployed.CreateAsync("shop");
        await deployed.CreateAsync("bank");
        await deployed.DeployAsync("shop");
        await deployed.DeployAsync("bank");
        await using var worker = await rig.StartAsync();
        await deployed.DropAsync("shop", 3);
        await rig.NotifiedAsync("succeeded");

        var path = Path.Combine(deployed.FolderOf("shop"), "pipeline.json");
        var renamed = (await File.ReadAllTextAsync(path, rig.Token)).Replace(
            "\"name\": \"shop\"", "\"name\": \"store\", \"formerName\": \"shop\"", StringComparison.Ordinal);
        await File.WriteAllTextAsync(path, renamed, rig.Token);
        await deployed.DeployAsync("shop");
        await rig.UntilAsync("select string_agg(name, ' ' order by name) = 'bank store' from etl.pipeline where removed_at is null");
        await rig.UntilAsync("select bool_and(pipeline = 'store') from etl.run");
        _clock.Shift = SmallPipeline.OneDay;
        await deployed.DropAsync("shop", 2, "second");
        await rig.NotifiedAsync("succeeded");

        Assert.Equal(5, await deployed.RowsAsync("shop"));
        Assert.Equal(0, await rig.QueryAsync<long>("select count(*) from etl.notification where kind = 'paused'"));
    }

    /// <summary>Wherever the worker is killed while two pipelines have sets, each is loaded once.</summary>
    [Theory]
    [InlineData("select count(*) = 2 from etl.drop where feed is not null")]
    [InlineData("select count(*) = 1 from etl.run")]
    [InlineData("select exists (select from etl.run where state in ('committed', 'succeeded'))")]
    [InlineData("select count(*) = 2 from etl.run")]
    [InlineData("select exists (select from etl.run where state = 'succeeded')")]
    public async Task Killed_with_two_pipelines_at_work_each_set_is_loaded_once(string moment)
    {
        await using var rig = await CreateRigAsync();
        using var deployed = Deployments.InFolder(rig);
        await deployed.CreateAsync("shop");
        await deployed.CreateAsync("bank");
        await deployed.DeployAsync("shop");
        await deployed.DeployAsync("bank");
        await using (var first = await rig.StartAsync())
        {
            await deployed.DropAsync("shop", 300);
            await deployed.DropAsync("bank", 200);
            await rig.UntilAsync(moment);
            first.Kill();
        }

        await using var again = await rig.StartAsync();
        await rig.UntilAsync("select count(*) = 2 from etl.run where state = 'succeeded'");
        await rig.UntilAsync("select not exists (select from etl.notification where sent_at is null)");

        Assert.Equal((300, 200), (await deployed.RowsAsync("shop"), await deployed.RowsAsync("bank")));
        Assert.Equal(2, await rig.QueryAsync<long>("select count(*) from etl.notification where kind = 'succeeded'"));
    }

    /// <summary>Every event comes twice, and one is broken for ten days: the others' days are those of a worker without it.</summary>
    [Fact]
    public async Task Three_pipelines_run_for_thirty_days_and_one_that_is_broken_for_ten_changes_nothing_of_the_others()
    {
        var alone = await ThirtyDaysAsync(["shop", "bank"], broken: null);
        var together = await ThirtyDaysAsync(["shop", "bank", "third"], broken: "third");

        Assert.Equal(alone.Others, together.Others);
        Assert.Equal(60, alone.Others.Split('\n', StringSplitOptions.RemoveEmptyEntries).Length);
        Assert.Equal("10 failed, 20 succeeded", together.Broken);
    }

    private async Task<(string Others, string Broken)> ThirtyDaysAsync(string[] names, string? broken)
    {
        await using var rig = await CreateRigAsync();
        rig.BePatientFor(TimeSpan.FromMinutes(10));
        using var deployed = Deployments.InFolder(rig);
        foreach (var name in names)
        {
            await deployed.CreateAsync(name);
            await deployed.DeployAsync(name);
        }

        _aws.Faults.DeliverCopies(rig.Aws.QueueName, 2);
        await using var worker = await rig.StartAsync();
        await rig.UntilAsync($"select count(*) = {names.Length} from etl.pipeline");
        var start = _clock.Shift;
        for (var day = 1; day <= 30; day++)
        {
            _clock.Shift = start + TimeSpan.FromDays(day);
            if (broken is not null && day is 11 or 21)
            {
                await rig.ExecuteAsync(day == 11
                    ? $"alter table public.{broken}_rows rename to {broken}_away"
                    : $"alter table public.{broken}_away rename to {broken}_rows");
            }

            foreach (var name in names)
            {
                await deployed.DropAsync(name, day + name.Length, $"day{day}");
            }

            await rig.UntilAsync(
                $"select count(*) = {names.Length * day} from etl.run where state in ('succeeded', 'failed') and ended_at is not null");
        }

        _clock.Shift = start;
        var others = await rig.CsvAsync(
            """
            select run.pipeline, run.run_date - min(run.run_date) over (partition by run.pipeline), run.state, run.attempt,
                   feed.rows_loaded,
                   (select n from public.shop_counted where ingestion_date = run.run_date and run.pipeline = 'shop'),
                   (select n from public.bank_counted where ingestion_date = run.run_date and run.pipeline = 'bank')
            from etl.run join etl.run_feed feed on feed.run_id = run.id
            where run.pipeline in ('shop', 'bank') order by 1, 2
            """);
        return (
            others[(others.IndexOf('\n', StringComparison.Ordinal) + 1)..],
            await rig.QueryAsync<string>(
                $"""
                select coalesce(string_agg(n || ' ' || state, ', ' order by state), '')
                from (select state, count(*) as n from etl.run where pipeline = '{broken}' group by state) as each
                """));
    }

    private Task<Rig> CreateRigAsync() => Rig.CreateAsync(postgres, _aws.Endpoint, null, TestContext.Current.CancellationToken);
}
