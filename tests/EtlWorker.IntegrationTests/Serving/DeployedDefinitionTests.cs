using EtlWorker.IntegrationTests.Rigging;
using EtlWorker.StandIns;
using EtlWorker.StandIns.Http;
using Xunit;

namespace EtlWorker.IntegrationTests.Serving;

/// <summary>Definitions that are deployed, changed, broken and removed while the real worker runs.</summary>
public sealed class DeployedDefinitionTests(PostgresServer postgres) : IAsyncLifetime
{
    private readonly ShiftedClock _clock = new();
    private LocalAws _aws = null!;

    public async ValueTask InitializeAsync() => _aws = await LocalAws.StartAsync(
        new LocalAwsOptions { TimeProvider = _clock }, TestContext.Current.CancellationToken);

    public ValueTask DisposeAsync() => _aws.DisposeAsync();

    [Fact]
    public async Task A_definition_that_is_changed_between_two_days_is_used_on_the_second()
    {
        await using var rig = await CreateRigAsync();
        using var deployed = await DeployShopAsync(rig);
        await using var worker = await rig.StartAsync();
        await deployed.DropAsync("shop", 3, "first");
        await rig.NotifiedAsync("succeeded");
        Assert.Equal(3, await rig.QueryAsync<long>("select n from public.shop_counted order by ingestion_date desc limit 1"));
        var first = await rig.QueryAsync<string>("select definition_hash from etl.run");

        await deployed.WriteAsync("shop", "select count(*) + 1000 as n from public.shop_rows");
        await deployed.DeployAsync("shop");
        await rig.UntilAsync($"select definition_hash <> '{first}' from etl.pipeline where name = 'shop'");
        _clock.Shift = SmallPipeline.OneDay;
        await deployed.DropAsync("shop", 2, "second");
        await rig.NotifiedAsync("succeeded");

        Assert.Equal(1005, await rig.QueryAsync<long>("select n from public.shop_counted order by ingestion_date desc limit 1"));
        Assert.Equal(2, await rig.QueryAsync<long>(
            "select count(distinct definition_hash) from etl.run join etl.definition on definition.hash = run.definition_hash"));
    }

    [Fact]
    public async Task A_version_that_cannot_be_used_is_refused_and_notified_once_and_the_last_good_one_is_used_also_after_a_restart()
    {
        await using var rig = await CreateRigAsync();
        using var deployed = await DeployShopAsync(rig);
        await using (var worker = await rig.StartAsync())
        {
            await rig.UntilAsync("select count(*) = 1 from etl.pipeline");
            // Whoever deploys past the command: it would not have taken it.
            await BreakAsync(rig, deployed, "shop", "\"timeZone\": \"UTC\"", "\"timeZone\": \"Moon/Sea\", \"surprise\": 1");
            var refused = await rig.NotifiedAsync("refused");
            Assert.Contains("[etlworker] shop", refused.Subject, StringComparison.Ordinal);
            Assert.Contains("DEFINITION REFUSED: the last good one is used", refused.Subject, StringComparison.Ordinal);
            Assert.Contains("surprise", refused.Body, StringComparison.Ordinal);
            Assert.Contains("Moon/Sea", refused.Body, StringComparison.Ordinal);
            await deployed.DropAsync("shop", 3);
            await rig.NotifiedAsync("succeeded");
            Assert.Equal(0, await worker.StopAsync(rig.Token));
        }

        await using var again = await rig.StartAsync();
        await again.SeeAsync("is refused", rig.Token);
        await rig.UntilAsync("select count(*) = 1 from etl.pipeline where removed_at is null");
        await again.SeeAsync("Pipeline shop is served by definition", rig.Token);
        Assert.Equal(1, await rig.QueryAsync<long>("select count(*) from etl.notification where kind = 'refused'"));

        await deployed.DeployAsync("shop");
        await rig.UntilAsync("select not exists (select from etl.refused_definition)");
    }

    [Fact]
    public async Task A_pipeline_that_is_removed_is_paused_and_loses_nothing()
    {
        await using var rig = await CreateRigAsync();
        using var deployed = await DeployShopAsync(rig);
        await using (var worker = await rig.StartAsync())
        {
            await rig.UntilAsync("select count(*) = 1 from etl.pipeline");
            await deployed.RemoveAsync("shop");
            var paused = await rig.NotifiedAsync("paused");
            Assert.Contains("its definition was removed", paused.Subject, StringComparison.Ordinal);
            await deployed.DropAsync("shop", 3, "while_paused");
            await rig.UntilAsync("select count(*) = 1 from etl.drop where pipeline = 'shop' and disposition = 'pending'");
            Assert.Equal(0, await worker.StopAsync(rig.Token));
        }

        await using var again = await rig.StartAsync();
        await deployed.DropAsync("shop", 2, "after_the_restart");
        await rig.UntilAsync("select count(*) = 2 from etl.drop where pipeline = 'shop' and disposition = 'pending'");
        Assert.Equal(0, await deployed.RowsAsync("shop"));

        await deployed.DeployAsync("shop");
        await rig.NotifiedAsync("succeeded");
        Assert.Equal(5, await deployed.RowsAsync("shop"));
        Assert.Equal(1, await rig.QueryAsync<long>("select count(*) from etl.notification where kind = 'paused'"));
    }

    [Fact]
    public async Task A_version_that_comes_while_a_run_is_under_way_is_the_next_one_s()
    {
        await using var rig = await CreateRigAsync();
        using var deployed = await DeployShopAsync(rig);
        await using var worker = await rig.StartAsync();
        string first;
        await using (var holder = await PostgresServer.OpenAsync(rig.ConnectionString, rig.Token))
        {
            await using var begin = new Npgsql.NpgsqlCommand("begin; lock table public.shop_rows", holder);
            await begin.ExecuteNonQueryAsync(rig.Token);
            await deployed.DropAsync("shop", 3);
            await rig.UntilAsync("select count(*) = 1 from etl.run");
            first = await rig.QueryAsync<string>("select definition_hash from etl.run");
            await deployed.WriteAsync("shop", "select count(*) + 1000 as n from public.shop_rows");
            await deployed.DeployAsync("shop");
            await worker.SeeAsync("holds", rig.Token);
        }

        await rig.NotifiedAsync("succeeded");
        Assert.Equal(3, await rig.QueryAsync<long>("select n from public.shop_counted"));
        Assert.Equal(first, await rig.QueryAsync<string>("select definition_hash from etl.run"));
    }

    /// <summary>Where the service applies them itself: a run that is under way has its tables to the end.</summary>
    [Fact]
    public async Task Migrations_of_a_version_that_comes_while_a_run_is_under_way_are_applied_when_it_has_ended()
    {
        await using var rig = await CreateRigAsync();
        rig.Environment["ETLWORKER__PIPELINE__MIGRATE"] = "true";
        using var deployed = await DeployShopAsync(rig);
        await using var worker = await rig.StartAsync();
        var isHeld = true;
        _aws.Faults.Fail(AwsService.S3, times: int.MaxValue, when: request =>
            isHeld && request.Operation == "PUT" && request.Target.Contains("/out/", StringComparison.Ordinal));
        await deployed.DropAsync("shop", 3);
        await rig.UntilAsync("select exists (select from etl.run where state = 'committed')");

        await deployed.WriteAsync("shop", "select 7 as seven from public.shop_rows limit 1", more: "\"migrations\": [\"001.sql\"],");
        await File.WriteAllTextAsync(
            Path.Combine(deployed.FolderOf("shop"), "001.sql"), "alter table public.shop_counted rename column n to seven;", rig.Token);
        await deployed.DeployAsync("shop");
        await worker.SeeAsync("a run of pipeline shop is under way; migrations are applied when it has ended", rig.Token);
        Assert.Equal(0, await rig.QueryAsync<long>("select count(*) from etl.pipeline_migration where pipeline = 'shop'"));
        isHeld = false;
        await rig.NotifiedAsync("succeeded");
        await rig.UntilAsync("select exists (select from etl.pipeline_migration where pipeline = 'shop')");

        Assert.EndsWith(",3\n", await rig.Aws.ReadAsync("out/shop/counted.csv", rig.Token), StringComparison.Ordinal);
        _clock.Shift = SmallPipeline.OneDay;
        await deployed.DropAsync("shop", 2, "second");
        await rig.NotifiedAsync("succeeded");
        Assert.Equal(7, await rig.QueryAsync<long>("select seven from public.shop_counted order by ingestion_date desc limit 1"));
        Assert.Equal(0, await rig.QueryAsync<long>("select count(*) from etl.notification where kind = 'refused'"));
    }

    /// <summary>A sequence counts, which no rollback takes back: the file may have worked for an hour before it was refused.</summary>
    [Fact]
    public async Task A_version_whose_migration_PostgreSQL_refuses_is_refused_once_and_not_tried_with_each_look()
    {
        await using var rig = await CreateRigAsync();
        rig.Environment["ETLWORKER__PIPELINE__MIGRATE"] = "true";
        using var deployed = await DeployShopAsync(rig);
        await rig.ExecuteAsync("create sequence public.tries");
        await using var worker = await rig.StartAsync();
        await rig.UntilAsync("select count(*) = 1 from etl.pipeline");
        await MigrateByAsync("select nextval('public.tries'); select 1 / 0;");

        var refused = await rig.NotifiedAsync("refused");
        Assert.Contains("pipeline shop: migration 001.sql, line 1: PostgreSQL refused it: division by zero", refused.Body,
            StringComparison.Ordinal);
        // Runs go on by the former version, and while one is under way nothing else is said of the refused one.
        await using (var holder = await PostgresServer.OpenAsync(rig.ConnectionString, rig.Token))
        {
            await using var begin = new Npgsql.NpgsqlCommand("begin; lock table public.shop_rows", holder);
            await begin.ExecuteNonQueryAsync(rig.Token);
            await deployed.DropAsync("shop", 3);
            await rig.UntilAsync("select count(*) = 1 from etl.run");
            await worker.SeeAsync("holds", rig.Token);
        }

        await rig.NotifiedAsync("succeeded");
        await MigrateByAsync("select nextval('public.tries');");
        await rig.UntilAsync("select exists (select from etl.pipeline_migration where pipeline = 'shop')");
        await rig.UntilAsync("select not exists (select from etl.refused_definition)");

        Assert.Equal(2, await rig.QueryAsync<long>("select last_value from public.tries"));
        Assert.Equal(1, await rig.QueryAsync<long>("select count(*) from etl.notification where kind = 'refused'"));

        async Task MigrateByAsync(string sql)
        {
            await deployed.WriteAsync("shop", more: "\"migrations\": [\"001.sql\"],");
            await File.WriteAllTextAsync(Path.Combine(deployed.FolderOf("shop"), "001.sql"), sql, rig.Token);
            await deployed.DeployAsync("shop");
        }
    }

    /// <summary>Three files and the lock: each put may be the last.</summary>
    [Theory]
    [InlineData(0)]
    [InlineData(1)]
    [InlineData(2)]
    public async Task A_deployment_that_is_cut_off_leaves_the_former_version(int puts)
    {
        await using var rig = await CreateRigAsync();
        using var deployed = await DeployShopAsync(rig);
        await using (var worker = await rig.StartAsync())
        {
            await rig.UntilAsync("select count(*) = 1 from etl.pipeline");
            Assert.Equal(0, await worker.StopAsync(rig.Token));
        }

        await deployed.WriteAsync("shop", "select count(*) + 1000 as n from public.shop_rows", more: "\"asOf\": null,");
        var before = 0;
        _aws.Faults.Fail(AwsService.S3, times: 100, status: 403, code: "AccessDenied", when: request =>
            request.Operation == "PUT" && request.Target.Contains("/pipelines/", StringComparison.Ordinal) && before++ >= puts);
        var (exit, said) = await rig.CommandAsync("deploy", deployed.FolderOf("shop"), deployed.Target);
        Assert.Equal(1, exit);
        Assert.Contains("Workers go on by the version that they have", said, StringComparison.Ordinal);
        _aws.Faults.Clear();

        await using var again = await rig.StartAsync();
        await deployed.DropAsync("shop", 3);
        await rig.NotifiedAsync("succeeded");
        Assert.Equal(3, await rig.QueryAsync<long>("select n from public.shop_counted"));

        await deployed.DeployAsync("shop");
        await again.SeeAsync("Pipeline shop is served by definition", rig.Token);
    }

    /// <summary>At each object: while the worker runs, which sees the former version or, after the next deployment, the new one.</summary>
    [Theory]
    [InlineData(0)]
    [InlineData(1)]
    [InlineData(2)]
    public async Task A_deploy_command_that_is_killed_leaves_the_former_version_in_use(int puts)
    {
        await using var rig = await CreateRigAsync();
        using var deployed = await DeployShopAsync(rig);
        await using var worker = await rig.StartAsync();
        await rig.UntilAsync("select count(*) = 1 from etl.pipeline");
        var former = await rig.QueryAsync<string>("select definition_hash from etl.pipeline");

        await deployed.WriteAsync("shop", "select count(*) + 1000 as n from public.shop_rows", more: "\"asOf\": null,");
        var seen = 0;
        WorkerProcess? deploy = null;
        _aws.Faults.Fail(AwsService.S3, times: int.MaxValue, when: request =>
        {
            var isLast = request.Operation == "PUT" && request.Target.Contains("/pipelines/", StringComparison.Ordinal) && seen++ >= puts;
            if (isLast)
            {
                deploy!.Kill();
            }

            return isLast;
        });
        await using (deploy = WorkerProcess.Start(rig.Environment, "deploy", deployed.FolderOf("shop"), deployed.Target))
        {
            Assert.Equal(128 + 9, await deploy.ExitAsync(rig.Token));
        }

        Assert.Equal(puts + 1, seen);
        _aws.Faults.Clear();
        await (puts == 0 ? Task.CompletedTask : worker.SeeAsync("is not used yet", rig.Token));
        await deployed.DropAsync("shop", 3);
        await rig.NotifiedAsync("succeeded");
        Assert.Equal(
            $"3 {former}", await rig.QueryAsync<string>("select n || ' ' || definition_hash from public.shop_counted, etl.run"));
        Assert.Equal(0, await rig.QueryAsync<long>("select count(*) from etl.refused_definition"));

        await deployed.DeployAsync("shop");
        await rig.UntilAsync($"select definition_hash <> '{former}' from etl.pipeline");
    }

    [Fact]
    public async Task A_store_that_is_out_of_reach_at_start_is_waited_for_with_what_was_in_use()
    {
        await using var rig = await CreateRigAsync();
        using var deployed = await DeployShopAsync(rig);
        var isAway = true;
        _aws.Faults.Fail(AwsService.S3, times: int.MaxValue, status: 503, code: "SlowDown", when: request =>
            isAway && request.Target.Contains(deployed.Bucket, StringComparison.Ordinal));
        await using (var first = WorkerProcess.Start(rig.Environment))
        {
            await first.SeeAsync("are out of reach", rig.Token);
            isAway = false;
            await first.SeeAsync("Pipeline shop is served by definition", rig.Token);
            await rig.UntilAsync("select count(*) = 1 from etl.pipeline");
            first.Kill();
        }

        isAway = true;
        await using var worker = WorkerProcess.Start(rig.Environment);
        await worker.SeeAsync("Pipeline shop is served by definition", rig.Token);
        await deployed.DropAsync("shop", 3);
        await rig.NotifiedAsync("succeeded");
    }

    [Fact]
    public async Task A_retry_after_a_change_uses_what_the_worker_uses_and_says_which_pipeline_must_be_named()
    {
        await using var rig = await CreateRigAsync();
        using var deployed = await Deployments.InBucketAsync(rig);
        await deployed.CreateAsync("shop");
        await deployed.CreateAsync("bank");
        await deployed.WriteAsync("shop", "select count(*) / 0 as n from public.shop_rows");
        await deployed.DeployAsync("shop");
        await deployed.DeployAsync("bank");
        await using var worker = await rig.StartAsync();
        await deployed.DropAsync("shop", 3);
        var failed = await rig.NotifiedAsync("failed");
        await rig.UntilAsync("select count(*) = 2 from etl.pipeline");
        await deployed.WriteAsync("shop");
        await deployed.DeployAsync("shop");
        await rig.UntilAsync("select pipeline.definition_hash <> run.definition_hash from etl.pipeline, etl.run where name = 'shop'");

        var (exit, said) = await rig.CommandAsync("retry", failed.Attributes["run_date"], "--reason", "corrected");
        Assert.Equal(2, exit);
        Assert.Contains("Say which one is meant: --pipeline NAME (bank, shop)", said, StringComparison.Ordinal);

        (exit, said) = await rig.CommandAsync("retry", failed.Attributes["run_date"], "--reason", "corrected", "--pipeline", "shop");
        Assert.Equal((0, ""), (exit, exit == 0 ? "" : said));
        await rig.NotifiedAsync("succeeded");
        Assert.True(await rig.QueryAsync<bool>(
            "select pipeline.definition_hash = run.definition_hash from etl.pipeline, etl.run where name = 'shop'"));
    }

    [Fact]
    public async Task Of_two_pipelines_that_fill_one_table_the_one_that_comes_later_is_refused_by_name()
    {
        await using var rig = await CreateRigAsync();
        using var deployed = await Deployments.InBucketAsync(rig);
        await deployed.CreateAsync("shop");
        await deployed.CreateAsync("other");
        await deployed.DeployAsync("shop");
        await using var worker = await rig.StartAsync();
        await rig.UntilAsync("select count(*) = 1 from etl.pipeline");
        await deployed.WriteAsync("other", table: "public.shop_rows");
        await deployed.DeployAsync("other");

        var refused = await rig.NotifiedAsync("refused");
        Assert.Contains("both fill the table public.shop_rows", refused.Body, StringComparison.Ordinal);
        Assert.Contains("[etlworker] other", refused.Subject, StringComparison.Ordinal);
        await deployed.DropAsync("shop", 3);
        await rig.NotifiedAsync("succeeded");
        Assert.Equal("shop", await rig.QueryAsync<string>("select string_agg(name, ',') from etl.pipeline"));

        await deployed.WriteAsync("other");
        await deployed.DeployAsync("other");
        await rig.UntilAsync("select count(*) = 2 from etl.pipeline");
    }

    [Fact]
    public async Task A_version_that_needs_a_migration_is_refused_until_it_is_applied_and_taken_then()
    {
        await using var rig = await CreateRigAsync();
        using var deployed = await DeployShopAsync(rig);
        await using var worker = await rig.StartAsync();
        await rig.UntilAsync("select count(*) = 1 from etl.pipeline");
        await deployed.WriteAsync(
            "shop", "select count(*) as n, 7 as seven from public.shop_rows", more: "\"migrations\": [\"001_seven.sql\"],");
        await File.WriteAllTextAsync(
            Path.Combine(deployed.FolderOf("shop"), "001_seven.sql"), "alter table public.shop_counted add column seven int;", rig.Token);
        await deployed.DeployAsync("shop");

        var refused = await rig.NotifiedAsync("refused");
        Assert.Contains("migration 001_seven.sql", refused.Body, StringComparison.Ordinal);
        await deployed.DropAsync("shop", 3);
        await rig.NotifiedAsync("succeeded");

        var (exit, said) = await rig.CommandAsync("migrate");
        Assert.Equal((0, ""), (exit, exit == 0 ? "" : said));
        await rig.UntilAsync("select not exists (select from etl.refused_definition)");
        _clock.Shift = SmallPipeline.OneDay;
        await deployed.DropAsync("shop", 2, "second");
        await rig.NotifiedAsync("succeeded");
        Assert.Equal(7, await rig.QueryAsync<int>("select seven from public.shop_counted order by ingestion_date desc limit 1"));
    }

    /// <summary>Puts a changed document there, and a lock that fits it.</summary>
    private static async Task BreakAsync(Rig rig, Deployments deployed, string name, string what, string by)
    {
        var path = Path.Combine(deployed.FolderOf(name), "pipeline.json");
        var good = await File.ReadAllTextAsync(path, rig.Token);
        var broken = good.Replace(what, by, StringComparison.Ordinal);
        var lockKey = $"pipelines/{name}/pipeline.lock";
        using var response = await rig.Aws.S3.GetObjectAsync(deployed.Bucket, lockKey, rig.Token);
        using var reader = new StreamReader(response.ResponseStream);
        var deployedLock = await reader.ReadToEndAsync(rig.Token);
        await PutAsync(rig, deployed.Bucket, $"pipelines/{name}/pipeline.json", broken);
        await PutAsync(rig, deployed.Bucket, lockKey, deployedLock.Replace(HashOf(good), HashOf(broken), StringComparison.Ordinal));
    }

    private static string HashOf(string text) =>
        Convert.ToHexStringLower(System.Security.Cryptography.SHA256.HashData(System.Text.Encoding.UTF8.GetBytes(text)));

    private static async Task PutAsync(Rig rig, string bucket, string key, string text) => await rig.Aws.S3.PutObjectAsync(
        new Amazon.S3.Model.PutObjectRequest { BucketName = bucket, Key = key, ContentBody = text }, rig.Token);

    /// <summary>One pipeline, in a bucket.</summary>
    private static async Task<Deployments> DeployShopAsync(Rig rig)
    {
        var deployed = await Deployments.InBucketAsync(rig);
        await deployed.CreateAsync("shop");
        await deployed.DeployAsync("shop");
        return deployed;
    }

    private Task<Rig> CreateRigAsync() => Rig.CreateAsync(postgres, _aws.Endpoint, null, TestContext.Current.CancellationToken);
}
