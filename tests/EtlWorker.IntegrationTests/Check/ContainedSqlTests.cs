using System.Text.Json.Nodes;
using EtlWorker.IntegrationTests.Rigging;
using EtlWorker.StandIns;
using Xunit;

namespace EtlWorker.IntegrationTests.Check;

/// <summary>What the SQL of a definition, or of the tables' triggers, cannot do to a run.</summary>
public sealed class ContainedSqlTests(PostgresServer postgres) : IAsyncLifetime
{
    private const string Frees = "pg_catalog.pg_advisory_unlock_all()";
    private LocalAws _aws = null!;

    public async ValueTask InitializeAsync() => _aws = await LocalAws.StartAsync(cancellationToken: TestContext.Current.CancellationToken);

    public ValueTask DisposeAsync() => _aws.DisposeAsync();

    [Theory]
    [InlineData(
        "select public.write() as one",
        "check found (found.sql) was refused by PostgreSQL: cannot execute INSERT in a read-only transaction")]
    [InlineData("select pg_catalog.nextval('public.numbers') as one", "cannot execute nextval() in a read-only transaction")]
    [InlineData("select id from public.orders for update", "cannot execute SELECT FOR UPDATE in a read-only transaction")]
    [InlineData(
        "select pg_catalog.set_config('transaction_read_only', 'off', true) as setting, public.write() as one",
        "cannot set transaction read-write mode inside a read-only transaction")]
    public async Task A_check_that_writes_fails_the_run(string sql, string cause)
    {
        await using var rig = await CreateRigAsync(sql);
        await rig.ExecuteAsync(
            """
            create sequence public.numbers;
            create table public.written (id int);
            create function public.write() returns int language sql as 'insert into public.written values (1) returning id'
            """);
        await using var worker = await rig.StartAsync();
        await rig.DropRowsAsync("orders", 3);

        var told = await rig.NotifiedAsync("failed");

        Assert.Contains("FAILED at check", told.Subject, StringComparison.Ordinal);
        Assert.Contains(cause, told.Body, StringComparison.Ordinal);
        Assert.Equal((0L, 0L), (await rig.RowsAsync("orders"), await rig.RowsAsync("written")));
    }

    /// <summary>With the lock free another worker could begin a run of the same pipeline.</summary>
    [Theory]
    [InlineData($"select 1 as one where {Frees} is null", "", "select", "check found (found.sql)")]
    [InlineData("select 1 as one where false", $" where {Frees} is not null", "select",
        "analysis counted (counted.sql), or a trigger of its table,")]
    [InlineData("select 1 as one where false", "",
        "create trigger freed after insert on public.orders for each row execute function public.freed()",
        "a trigger or a constraint of the pipeline's tables")]
    [InlineData("select 1 as one where false", "",
        "create constraint trigger freed after insert on public.orders deferrable initially deferred for each row "
        + "execute function public.freed()", "a trigger or a constraint of the pipeline's tables")]
    public async Task Whoever_frees_the_pipeline_s_lock_fails_the_run(string check, string condition, string trigger, string subject)
    {
        await using var rig = await CreateRigAsync(check, condition);
        await rig.ExecuteAsync(
            $"""
            create function public.freed() returns trigger language plpgsql as 'begin perform {Frees}; return new; end';
            {trigger}
            """);
        await using var worker = await rig.StartAsync();
        await rig.DropRowsAsync("orders", 3);

        var told = await rig.NotifiedAsync("failed");

        Assert.Contains($"{subject} freed the lock of pipeline retail", told.Body, StringComparison.Ordinal);
        Assert.Equal(0, await rig.RowsAsync("orders"));
    }

    [Fact]
    public async Task A_setting_that_a_check_changes_is_as_before_for_what_follows()
    {
        await using var rig = await CreateRigAsync("select 1 as one where pg_catalog.set_config('DateStyle', 'German', false) is null");
        await rig.ExecuteAsync("alter table public.counted alter column n type text using n::text");
        await rig.WriteAsync("counted.sql", "select pg_catalog.current_setting('DateStyle') as n");
        await using var worker = await rig.StartAsync();
        await rig.DropRowsAsync("orders", 3);

        await rig.NotifiedAsync("succeeded");

        Assert.Equal("ISO, MDY", await rig.QueryAsync<string>("select n from public.counted"));
    }

    private async Task<Rig> CreateRigAsync(string check, string condition = "")
    {
        var rig = await Rig.CreateAsync(postgres, _aws.Endpoint, null, TestContext.Current.CancellationToken);
        await rig.DefineAsync("{}", "orders");
        await rig.WriteAsync("found.sql", check);
        await rig.WriteAsync("counted.sql", $"select count(*) as n from public.orders{condition}");
        rig.Define(pipeline => pipeline["checks"] = JsonNode.Parse("""[{ "name": "found", "sql": "found.sql" }]"""));
        return rig;
    }
}
