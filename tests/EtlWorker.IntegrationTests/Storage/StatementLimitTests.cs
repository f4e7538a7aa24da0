using System.Text.Json.Nodes;
using EtlWorker.IntegrationTests.Rigging;
using EtlWorker.StandIns;
using Xunit;

namespace EtlWorker.IntegrationTests.Storage;

/// <summary>A statement that never ends, and one whose worker is no more.</summary>
public sealed class StatementLimitTests(PostgresServer postgres) : IAsyncLifetime
{
    private const string Analysing =
        "select exists (select from pg_stat_activity where wait_event = 'PgSleep' and datname = current_database())";

    private LocalAws _aws = null!;

    private static CancellationToken Stop => TestContext.Current.CancellationToken;

    public async ValueTask InitializeAsync() => _aws = await LocalAws.StartAsync(cancellationToken: Stop);

    public ValueTask DisposeAsync() => _aws.DisposeAsync();

    [Fact]
    public async Task What_a_killed_worker_has_the_server_do_ends_and_its_lock_is_free_within_seconds()
    {
        await using var rig = await CreateRigAsync("select count(*) as n from public.orders, (select pg_sleep(100)) as s");
        await using (var killed = await rig.StartAsync())
        {
            await rig.DropRowsAsync("orders", 3);
            await rig.UntilAsync(Analysing);
            killed.Kill();
        }

        using var soon = CancellationTokenSource.CreateLinkedTokenSource(rig.Token);
        soon.CancelAfter(TimeSpan.FromSeconds(25));
        await rig.WriteAsync("counted.sql", "select count(*) as n from public.orders");
        await using var second = await rig.StartAsync();
        await rig.UntilAsync(async () =>
        {
            soon.Token.ThrowIfCancellationRequested();
            return await rig.QueryAsync<bool>("select attempt > 1 from etl.run");
        });
    }

    [Theory]
    [InlineData("analysis", "analysis counted (counted.sql) took longer than 00:00:02 (RUN__STATEMENTTIMEOUT)")]
    [InlineData("check", "check slow (slow.sql) took longer than 00:00:02 (RUN__STATEMENTTIMEOUT)")]
    [InlineData("trigger", "the COPY of in/orders.csv into public.orders took longer than 00:00:02 (RUN__STATEMENTTIMEOUT)")]
    [InlineData("emptying", "emptying public.orders took longer than 00:00:02 (RUN__STATEMENTTIMEOUT)")]
    [InlineData("commit", "what the tables' constraints and triggers put off to the end took longer than 00:00:02 (RUN__STATEMENTTIMEOUT)")]
    public async Task A_statement_of_a_run_that_takes_too_long_fails_it_and_is_named(string what, string told)
    {
        await using var rig = await CreateRigAsync($"select 1::bigint as n from (select pg_sleep({(what == "analysis" ? 100 : 0)})) as s");
        rig.Environment["ETLWORKER__RUN__STATEMENTTIMEOUT"] = "00:00:02";
        await rig.WriteAsync(
            "slow.sql", $"select from (select pg_sleep({(what == "check" ? 100 : 0)}) as slept offset 0) as s where slept is null");
        rig.Define(pipeline => pipeline["checks"] = JsonNode.Parse("""[{ "name": "slow", "sql": "slow.sql" }]"""));
        await rig.ExecuteAsync(
            "create function public.slow() returns trigger language plpgsql as 'begin perform pg_sleep(100); "
                + "return coalesce(new, old); end'");
        await rig.ExecuteAsync(what switch
        {
            "trigger" => "create trigger slow before insert on public.orders for each row execute function public.slow()",
            "emptying" => "create trigger slow before truncate on public.orders for each statement execute function public.slow()",
            "commit" =>
                "create constraint trigger slow after insert "
                    + "on public.orders initially deferred for each row execute function public.slow()",
            _ => "select 1",
        });
        await using var worker = await rig.StartAsync();

        await rig.DropRowsAsync("orders", 3);

        var body = (await rig.NotifiedAsync("failed")).Body;
        Assert.True(body.Contains(told, StringComparison.Ordinal), body);
        Assert.Equal(1, await rig.QueryAsync<int>("select attempt from etl.run"));
    }

    [Fact]
    public async Task A_statement_that_a_person_cancels_is_tried_again()
    {
        await using var rig = await CreateRigAsync("select count(*) as n from public.orders, public.slow() as s");
        await rig.ExecuteAsync("create table public.first (done boolean)");
        await rig.ExecuteAsync(
            """
            create function public.slow() returns int language plpgsql as
            'begin if not exists (select from public.first) then perform pg_sleep(100); end if; return 1; end'
            """);
        await using var worker = await rig.StartAsync();
        await rig.DropRowsAsync("orders", 3);
        const string Waiting = "from pg_stat_activity where wait_event = 'PgSleep' and datname = current_database()";
        await rig.UntilAsync($"select exists (select {Waiting})");

        await rig.ExecuteAsync($"insert into public.first values (true); select pg_cancel_backend(pid) {Waiting}");

        await rig.NotifiedAsync("succeeded");
        Assert.Equal(2, await rig.QueryAsync<int>("select attempt from etl.run"));
    }

    private async Task<Rig> CreateRigAsync(string analysis)
    {
        var rig = await Rig.CreateAsync(postgres, _aws.Endpoint, null, Stop);
        await rig.DefineAsync("{}", "orders");
        await rig.WriteAsync("counted.sql", analysis);
        return rig;
    }
}
