using System.Text;
using EtlWorker.IntegrationTests.Rigging;
using EtlWorker.SampleData;
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
    public async Task One_that_waits_for_another_migration_holds_up_no_other()
    {
        await using var rig = await CreateRigAsync();
        rig.Environment["ETLWORKER__PIPELINE__MIGRATE"] = "true";
        using var deployed = Deployments.InFolder(rig);
        await deployed.CreateAsync("made");
        await deployed.CreateAsync("well");
        await WriteMigrationAsync(rig, deployed, "made", "alter table public.made_rows add made int;");
        await deployed.DeployAsync("made");
        await deployed.DeployAsync("well");
        var holder = await PostgresServer.OpenAsync(rig.ConnectionString, rig.Token);
        await using (holder)
        {
            await using var hold = new Npgsql.NpgsqlCommand("select pg_advisory_lock(hashtextextended('etlworker:migrate', 0))", holder);
            await hold.ExecuteNonQueryAsync(rig.Token);
            await using var held = await rig.StartAsync();
            await deployed.DropAsync("made", 3);
            await held.SeeAsync("another migration is being applied", rig.Token);
            await deployed.DropAsync("well", 4);
            await rig.NotifiedAsync("succeeded");
            Assert.Equal("well", await rig.QueryAsync<string>("select string_agg(pipeline, ',') from etl.run"));
            held.Kill();
        }

        await using var worker = await rig.StartAsync();
        await rig.NotifiedAsync("succeeded");
        Assert.Equal((3, 4), (await deployed.RowsAsync("made"), await deployed.RowsAsync("well")));
    }

    [Fact]
    public async Task Migrate_goes_on_with_the_other_pipelines_where_one_s_migration_fails()
    {
        await using var rig = await CreateRigAsync();
        using var deployed = Deployments.InFolder(rig);
        foreach (var (name, sql) in new[] { ("first", "select 1 / 0;"), ("second", "alter table public.second_rows add made int;") })
        {
            await deployed.CreateAsync(name);
            await WriteMigrationAsync(rig, deployed, name, sql);
            await deployed.DeployAsync(name);
        }

        var (exit, said) = await rig.CommandAsync("migrate");

        Assert.Equal((1, ""), (exit, exit == 1 ? "" : said));
        Assert.Contains("division by zero", said, StringComparison.Ordinal);
        Assert.Contains("Pipeline second: applied 001.sql.", said, StringComparison.Ordinal);
        Assert.Equal("second", await rig.QueryAsync<string>(
            "select string_agg(pipeline, ',') from etl.pipeline_migration where pipeline <> 'retail'"));
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

    /// <summary>
    /// The two shipped pipelines and a third one, every event twice, the third one broken for ten days: the runs of the others, and what
    /// they export, are those of a worker without it.
    /// </summary>
    [Fact]
    public async Task Three_pipelines_run_for_thirty_days_and_one_that_is_broken_for_ten_changes_nothing_of_the_others()
    {
        var before = DateOnly.FromDateTime(_clock.GetUtcNow().UtcDateTime);
        var alone = await ThirtyDaysAsync(before, third: null);
        var together = await ThirtyDaysAsync(before, "third");

        Assert.Equal(alone.Runs, together.Runs);
        Assert.Equal(1 + 60, alone.Runs.Split('\n', StringSplitOptions.RemoveEmptyEntries).Length);
        Assert.Equal(alone.Answers, together.Answers);
        Assert.Equal("10 failed, 20 succeeded", together.Third);
        Assert.Equal("", alone.Third);
    }

    private async Task<(string Runs, string Answers, string Third)> ThirtyDaysAsync(DateOnly before, string? third)
    {
        await using var rig = await CreateRigAsync();
        rig.BePatientFor(TimeSpan.FromMinutes(15));
        using var deployed = Deployments.InFolder(rig);
        await deployed.DeployFolderAsync(Repository.RetailDefinition);
        await deployed.DeployFolderAsync(Repository.BankDefinition);
        await rig.MigrateAsync();
        if (third is not null)
        {
            await deployed.CreateAsync(third);
            await deployed.DeployAsync(third);
        }

        _aws.Faults.DeliverCopies(rig.Aws.QueueName, 2);
        var count = third is null ? 2 : 3;
        await using var worker = await rig.StartAsync();
        await rig.UntilAsync($"select count(*) = {count} from etl.pipeline");
        for (var day = 1; day <= 30; day++)
        {
            var date = before.AddDays(day);
            _clock.ShiftTo(new DateTimeOffset(date, new TimeOnly(9, 0), TimeSpan.Zero));
            if (third is not null && day is 11 or 21)
            {
                await rig.ExecuteAsync(day == 11
                    ? $"alter table public.{third}_rows rename to {third}_away"
                    : $"alter table public.{third}_away rename to {third}_rows");
            }

            using (var retail = new SampleDirectory(orders: 200, seed: day, asOf: date))
            {
                await rig.DropSetAsync(retail.Path);
            }

            await rig.DropBankAsync(new SampleOptions { Orders = 100, Seed = day, AsOf = date });
            await (third is null ? Task.CompletedTask : deployed.DropAsync(third, day, $"day{day}"));
            await rig.UntilAsync(
                $"select count(*) = {count * day} from etl.run where state in ('succeeded', 'failed') and ended_at is not null");
        }

        await rig.UntilAsync("select not exists (select from etl.notification where sent_at is null)");
        var runs = await rig.CsvAsync(
            """
            select pipeline, run_date, state, attempt, origin,
                   (select string_agg(concat_ws(' ', feed, rows_read, rows_loaded, rows_rejected), ', ' order by feed)
                    from etl.run_feed where run_id = run.id),
                   (select string_agg(kind, ', ' order by kind) from etl.notification where run_id = run.id)
            from etl.run where pipeline in ('retail', 'bank') order by 1, 2
            """);
        return (
            runs, await AnswersAsync(rig),
            await rig.QueryAsync<string>(
                """
                select coalesce(string_agg(n || ' ' || state, ', ' order by state), '')
                from (select state, count(*) as n from etl.run where pipeline = 'third' group by state) as each
                """));
    }

    /// <summary>All that the two shipped pipelines exported, by key.</summary>
    private static async Task<string> AnswersAsync(Rig rig)
    {
        var text = new StringBuilder();
        foreach (var prefix in new[] { "analytics_export/", "bank_export/" })
        {
            var listed = await rig.Aws.S3.ListObjectsV2Async(
                new Amazon.S3.Model.ListObjectsV2Request { BucketName = rig.Aws.Bucket, Prefix = prefix }, rig.Token);
            foreach (var answer in listed.S3Objects)
            {
                using var response = await rig.Aws.S3.GetObjectAsync(rig.Aws.Bucket, answer.Key, rig.Token);
                using var reader = new StreamReader(response.ResponseStream);
                text.Append(answer.Key).Append('\n').Append(await reader.ReadToEndAsync(rig.Token));
            }
        }

        // Each day its own three files of each, and retail's latest.
        Assert.Equal(
            (30 * 3) + (30 * 3) + 3, text.ToString().Split('\n').Count(line => line.Contains("_export/", StringComparison.Ordinal)));
        return text.ToString();
    }

    private static async Task WriteMigrationAsync(Rig rig, Deployments deployed, string name, string sql)
    {
        await deployed.WriteAsync(name, more: "\"migrations\": [\"001.sql\"],");
        await File.WriteAllTextAsync(Path.Combine(deployed.FolderOf(name), "001.sql"), sql, rig.Token);
    }

    private Task<Rig> CreateRigAsync() => Rig.CreateAsync(postgres, _aws.Endpoint, null, TestContext.Current.CancellationToken);
}
