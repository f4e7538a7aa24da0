using EtlWorker.IntegrationTests.Rigging;
using EtlWorker.StandIns;
using Xunit;

namespace EtlWorker.IntegrationTests.Scaling;

/// <summary>What stands between worker and server must leave the session whole; an engine must hold the lock that it gives.</summary>
public sealed class PoolerTests(PostgresServer postgres) : IAsyncLifetime
{
    private const string Directly = "let DATABASE__CONNECTIONSTRING name the server itself";
    private const string TakesSettings = "ignore_startup_parameters = options";
    // Recording a drop takes a lock as well, for an instant.
    private const string NoLock =
        "select not exists (select from pg_locks where locktype = 'advisory' "
            + "and database = (select oid from pg_database where datname = current_database()))";

    private LocalAws _aws = null!;

    public async ValueTask InitializeAsync() => _aws = await LocalAws.StartAsync(cancellationToken: TestContext.Current.CancellationToken);

    public ValueTask DisposeAsync() => _aws.DisposeAsync();

    [Fact]
    public async Task A_pooler_that_gives_each_transaction_another_session_is_refused_and_no_lock_stays_with_it()
    {
        await using var bouncer = await PgBouncer.StartAsync(postgres, "transaction", TakesSettings);
        await using var rig = await CreateRigAsync();
        bouncer.Use(rig);
        await using var worker = await rig.StartAsync();
        using var sample = new SampleDirectory(orders: 100);
        await rig.DropRequiredAsync(sample.Path);

        await worker.SeeAsync("a pooler that gives each transaction another session", rig.Token);
        await worker.SeeAsync("pool_mode = session", rig.Token);

        await rig.UntilAsync("select count(*) = 3 from etl.drop where feed is not null");
        Assert.Equal(0, await rig.QueryAsync<long>("select count(*) from etl.run"));
        await rig.UntilAsync(NoLock);
        var (exit, said) = await rig.CommandAsync("retry", "2026-01-01", "--reason", "none");
        Assert.True(
            exit == 1 && said.Contains("a pooler that gives each transaction another session", StringComparison.Ordinal),
            $"{exit}: {said}");
        await rig.UntilAsync(NoLock);
    }

    [Fact]
    public async Task A_pooler_that_takes_no_settings_of_a_session_is_refused_with_what_to_do()
    {
        await using var bouncer = await PgBouncer.StartAsync(postgres, "session");
        await using var rig = await CreateRigAsync();
        bouncer.Use(rig);
        await using var worker = await rig.StartAsync();

        await worker.SeeAsync("unsupported startup parameter: options", rig.Token);
        await worker.SeeAsync(Directly, rig.Token);
    }

    [Fact]
    public async Task A_pooler_that_keeps_a_session_whole_serves()
    {
        await using var bouncer = await PgBouncer.StartAsync(postgres, "session", TakesSettings);
        await using var rig = await CreateRigAsync();
        bouncer.Use(rig);
        await using var worker = await rig.StartAsync();
        using var sample = new SampleDirectory(orders: 100);

        await rig.DropRequiredAsync(sample.Path);

        Assert.Equal("succeeded", (await rig.Aws.NextNoticeAsync(rig.Token)).Attributes["status"]);
    }

    [Fact]
    public async Task A_stop_behind_a_pooler_ends_what_the_server_does_and_costs_no_attempt()
    {
        await using var bouncer = await PgBouncer.StartAsync(postgres, "session", TakesSettings);
        await using var rig = await CreateRigAsync();
        bouncer.Use(rig);
        using var sample = new SampleDirectory(orders: 100);
        await rig.DropRequiredAsync(sample.Path);
        await using var roadblock = await Roadblock.RaiseAsync(
            rig, "create trigger roadblock before insert on staging.orders for each row when (new.order_id > 0)");
        await using var worker = WorkerProcess.Start(rig.Environment);
        await roadblock.ReachedAsync();

        Assert.Equal(0, await worker.StopAsync(rig.Token));

        await rig.UntilAsync("select not exists (select from pg_stat_progress_copy)");
        Assert.Equal(0, await rig.QueryAsync<int>("select attempt + 1 - first_attempt from etl.run"));
    }

    [Fact]
    public async Task An_engine_that_gives_a_lock_and_holds_none_is_refused()
    {
        await using var rig = await CreateRigAsync();
        // As some engines do that speak PostgreSQL's protocol: the function is there, and does nothing.
        await rig.ExecuteAsync(
            """
            set allow_system_table_mods = on;
            alter function pg_catalog.pg_try_advisory_lock(bigint) rename to pg_no_advisory_lock;
            create function pg_catalog.pg_try_advisory_lock(bigint) returns boolean language sql as 'select true';
            reset allow_system_table_mods
            """);
        await using var worker = await rig.StartAsync();

        await worker.SeeAsync("does not hold the pipeline's lock that it has just given", rig.Token);

        Assert.Equal(0, await rig.QueryAsync<long>("select count(*) from etl.run"));
    }

    private Task<Rig> CreateRigAsync() => Rig.CreateAsync(postgres, _aws.Endpoint, null, TestContext.Current.CancellationToken);
}
