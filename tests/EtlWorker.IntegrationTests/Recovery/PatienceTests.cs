using System.Text.RegularExpressions;
using EtlWorker.IntegrationTests.Rigging;
using EtlWorker.StandIns;
using EtlWorker.StandIns.Http;
using Npgsql;
using Xunit;

namespace EtlWorker.IntegrationTests.Recovery;

/// <summary>
/// Faults that pass by themselves are waited for, and use up no attempt; what ends the session uses one up; the cause is always told.
/// </summary>
public sealed class PatienceTests(PostgresServer postgres) : IAsyncLifetime
{
    private const string BeginOfLoad = "create trigger block before insert on etl.run_stage for each row when (new.stage = 'load')";
    private LocalAws _aws = null!;

    public async ValueTask InitializeAsync() => _aws = await LocalAws.StartAsync(cancellationToken: TestContext.Current.CancellationToken);

    public ValueTask DisposeAsync() => _aws.DisposeAsync();

    [Fact]
    public async Task S3_out_of_reach_in_the_middle_of_a_load_is_waited_for()
    {
        await using var rig = await CreateRigAsync("orders", "reviews");
        rig.Environment["ETLWORKER__RUN__ATTEMPTS"] = "1";
        await using var block = await Roadblock.RaiseAsync(rig, BeginOfLoad);
        await using var worker = await rig.StartAsync();
        await rig.DropRowsAsync("orders", 3);
        await rig.DropRowsAsync("reviews", 2);
        await block.ReachedAsync();
        _aws.Faults.MakeUnreachable(AwsService.S3);
        await block.LiftAsync();
        await rig.UntilAsync(() => Task.FromResult(Regex.Count(worker.Output, "Stage load") >= 3));
        Assert.True(await rig.QueryAsync<bool>("select passing_since is not null and first_attempt = attempt + 1 from etl.run"));
        _aws.Faults.Restore(AwsService.S3);

        var told = await rig.NotifiedAsync("succeeded");
        Assert.Contains("recovered: tried again since ", told.Body, StringComparison.Ordinal);
        Assert.True(await rig.QueryAsync<bool>("select passing_since is null and error is null from etl.run"));
    }

    [Fact]
    public async Task A_fault_that_does_not_pass_fails_the_run_once_its_patience_is_at_an_end()
    {
        await using var rig = await CreateRigAsync("orders");
        rig.Environment["ETLWORKER__RUN__PATIENCE"] = "00:00:04";
        await using var block = await Roadblock.RaiseAsync(rig, BeginOfLoad);
        await using var worker = await rig.StartAsync();
        await rig.DropRowsAsync("orders", 3);
        await block.ReachedAsync();
        _aws.Faults.Fail(AwsService.S3, int.MaxValue, when: request => request.Operation == "GET");
        await block.LiftAsync();

        var told = await rig.NotifiedAsync("failed");
        Assert.Contains("AWS answered 503 SlowDown", told.Body, StringComparison.Ordinal);
        Assert.Contains("RUN__PATIENCE", told.Body, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("lock table public.orders in access share mode", "public.orders by session")]
    [InlineData("lock table public.extra in share mode", "public.extra by session")]
    [InlineData("insert into public.counted select (now() at time zone 'UTC')::date, 1", "could no longer be seen which")]
    public async Task A_lock_that_somebody_holds_is_waited_for_and_its_holder_is_named(string statement, string named)
    {
        await using var rig = await CreateRigAsync("orders", """extra "mode": "append" """);
        rig.Environment["ETLWORKER__RUN__ATTEMPTS"] = "1";
        await using var holder = await PostgresServer.OpenAsync(rig.ConnectionString + ";Application Name=dump", rig.Token);
        await using var transaction = await holder.BeginTransactionAsync(rig.Token);
#pragma warning disable CA2100 // SQL of the test's own.
        await using (var hold = new NpgsqlCommand(statement, holder))
#pragma warning restore CA2100
        {
            await hold.ExecuteNonQueryAsync(rig.Token);
        }

        await using var worker = await rig.StartAsync();
        await rig.DropRowsAsync("extra", 2);
        await rig.DropRowsAsync("orders", 3);
        await worker.SeeAsync(named, rig.Token);
        Assert.Equal(
            named.Contains("session", StringComparison.Ordinal),
            worker.Output.Contains("(user postgres, application dump)", StringComparison.Ordinal));
        await transaction.RollbackAsync(rig.Token);

        await rig.NotifiedAsync("succeeded");
        Assert.Equal((3L, 2L), (await rig.RowsAsync("orders"), await rig.RowsAsync("extra")));
    }

    [Fact]
    public async Task Readers_queue_behind_a_waiting_worker_for_seconds_at_most()
    {
        await using var rig = await CreateRigAsync("orders");
        await using var holder = await PostgresServer.OpenAsync(rig.ConnectionString, rig.Token);
        await using var transaction = await holder.BeginTransactionAsync(rig.Token);
        await using (var hold = new NpgsqlCommand("lock table public.orders in access share mode", holder))
        {
            await hold.ExecuteNonQueryAsync(rig.Token);
        }

        await using var worker = await rig.StartAsync();
        await rig.DropRowsAsync("orders", 3);
        const string Waits = "select exists (select from pg_locks where not granted and relation = 'public.orders'::regclass)";
        // It waits, gives the place in the queue up, and comes again.
        await rig.UntilAsync(Waits);
        await rig.UntilAsync(Waits.Replace("select exists", "select not exists", StringComparison.Ordinal));
        await rig.UntilAsync(Waits);
        await transaction.RollbackAsync(rig.Token);
        await rig.NotifiedAsync("succeeded");
    }

    [Theory]
    [InlineData("53100", 5)]
    [InlineData("53100", 1)]
    public async Task A_full_disk_fails_the_run_once_and_is_told_as_what_it_is(string state, int attempts)
    {
        await using var rig = await CreateRigAsync("orders");
        rig.Environment["ETLWORKER__RUN__ATTEMPTS"] = $"{attempts}";
        await RefuseAsync(rig, "public.orders", state, "could not extend file \"base/1\": No space left on device");
        await using var worker = await rig.StartAsync();
        await rig.DropRowsAsync("orders", 3);

        var told = await rig.NotifiedAsync("failed");
        Assert.Contains("No space left on device (SQLSTATE 53100)", told.Body, StringComparison.Ordinal);
        Assert.Contains("The database's disk is full: make room", told.Body, StringComparison.Ordinal);
        Assert.Equal(1, await rig.QueryAsync<int>("select attempt from etl.run"));
    }

    [Fact]
    public async Task What_ends_the_session_each_time_uses_up_the_attempts_and_its_cause_is_told()
    {
        await using var rig = await CreateRigAsync("orders");
        rig.Environment["ETLWORKER__RUN__ATTEMPTS"] = "3";
        await RefuseAsync(rig, "public.counted", "53200", "out of memory");
        await using var worker = await rig.StartAsync();
        await rig.DropRowsAsync("orders", 3);

        var told = await rig.NotifiedAsync("failed");
        Assert.Contains("3 attempts ended early, the last one by: out of memory (SQLSTATE 53200)", told.Body, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_server_that_is_shut_down_during_an_analysis_does_not_fail_the_run()
    {
        await using var rig = await CreateRigAsync("orders");
        await using var block = await Roadblock.RaiseAsync(rig, "create trigger block before insert on public.counted for each row");
        await using var worker = await rig.StartAsync();
        await rig.DropRowsAsync("orders", 3);
        await block.ReachedAsync();
        await block.TurnAwayAsync();
        await rig.UntilAsync("select attempt = 2 from etl.run");
        await block.LiftAsync();

        await rig.NotifiedAsync("succeeded");
        Assert.Equal(
            (2, 1),
            (await rig.QueryAsync<int>("select attempt from etl.run"), await rig.QueryAsync<int>("select first_attempt from etl.run")));
    }

    [Fact]
    public async Task A_session_that_breaks_at_each_export_is_told_once_the_patience_is_at_an_end()
    {
        await using var rig = await CreateRigAsync("orders");
        rig.Environment["ETLWORKER__RUN__PATIENCE"] = "00:00:05";
        await using var proxy = new TcpProxy(postgres) { Inspect = (_, sent) => sent.IndexOf("to stdout"u8) >= 0 ? 0 : sent.Length };
        rig.Use(proxy);
        await using var worker = await rig.StartAsync();
        await rig.DropRowsAsync("orders", 3);

        await rig.NotifiedAsync("not_exported");
        proxy.Inspect = null;
        var (exit, said) = await rig.CommandAsync(
            "retry", await rig.QueryAsync<string>("select run_date::text from etl.run"), "--reason", "network corrected");
        Assert.True(exit == 0, said);
        await rig.NotifiedAsync("succeeded");
    }

    [Fact]
    public async Task A_lock_held_elsewhere_keeps_no_notice_and_no_deadline_back()
    {
        await using var rig = await CreateRigAsync("orders");
        rig.Define(pipeline => pipeline["trigger"]!["deadline"] = "00:00");
        await using var holder = await rig.HoldPipelineLockAsync();
        await using var worker = await rig.StartAsync();
        await rig.UntilAsync("select exists (select from etl.deadline_watch)");
        await rig.ExecuteAsync("update etl.deadline_watch set judged_until = date_trunc('day', now(), 'UTC') - interval '1 hour'");

        await rig.NotifiedAsync("late");
        Assert.Equal(1, await rig.QueryAsync<long>("select count(*) from etl.notification where kind = 'late'"));
    }

    private static Task RefuseAsync(Rig rig, string table, string state, string message) => rig.ExecuteAsync(
        $"""
        create function public.refuse() returns trigger language plpgsql as
        $$ begin raise exception '{message}' using errcode = '{state}'; end $$;
        create trigger refuse before insert on {table} for each row execute function public.refuse()
        """);

    private async Task<Rig> CreateRigAsync(params string[] feeds)
    {
        var rig = await Rig.CreateAsync(postgres, _aws.Endpoint, null, TestContext.Current.CancellationToken);
        await rig.DefineAsync("{}", feeds);
        return rig;
    }
}
