using System.Text.Json.Nodes;
using EtlWorker.IntegrationTests.Rigging;
using EtlWorker.StandIns;
using Npgsql;
using Xunit;

namespace EtlWorker.IntegrationTests.Analyse;

/// <summary>How the server works for checks and analyses.</summary>
public sealed class AnalysisTests(PostgresServer postgres) : IAsyncLifetime
{
    private LocalAws _aws = null!;

    public async ValueTask InitializeAsync() => _aws = await LocalAws.StartAsync(cancellationToken: TestContext.Current.CancellationToken);

    public ValueTask DisposeAsync() => _aws.DisposeAsync();

    /// <summary>What a query can add to a table, and no table can keep as it is: a record without a type, an array of any type.</summary>
    [Theory]
    [InlineData("row(1, 'x')", "(1,x)")]
    [InlineData("(select most_common_vals from pg_catalog.pg_stats where most_common_vals is null limit 1)", null)]
    public async Task A_value_without_a_type_of_its_own_is_written_as_text(string value, string? expected)
    {
        await using var rig = await CreateRigAsync($"select {value} as said");
        await using var worker = await rig.StartAsync();
        await rig.DropRowsAsync("orders", 3);

        await rig.NotifiedAsync("succeeded");

        Assert.Equal(expected ?? "", await rig.QueryAsync<string>("select coalesce(said, '') from public.said"));
    }

    /// <summary>What can be added to a table, and kept in none: a text of no certain collation, counts that need more room.</summary>
    [Theory]
    [InlineData(
        "said text",
        "select a || b as said from (select id::text collate \"C\" as a, note collate \"POSIX\" as b from public.orders where id = 2) as q",
        "2x")]
    [InlineData("{0}", "select {1} from public.orders", "3")]
    public async Task What_can_be_kept_in_no_table_goes_straight_into_its_own(string columns, string sql, string expected)
    {
        const int Many = 1300;
        string Each(Func<int, string> one) => string.Join(", ", Enumerable.Range(0, Many).Select(one));
        string NameOf(int place) => place == 0 ? "said" : $"c{place}";
        await using var rig = await CreateRigAsync(
            sql.Replace("{1}", Each(place => $"count(*) as {NameOf(place)}"), StringComparison.Ordinal));
        await rig.ExecuteAsync(
            $"""
            drop table public.said;
            create table public.said (
                ingestion_date date primary key, {columns.Replace("{0}", Each(place => $"{NameOf(place)} int"), StringComparison.Ordinal)})
            """);
        await using var worker = await rig.StartAsync();
        await rig.DropAsync("in/orders.csv", "id,note\n1,x\n2,x\n3,x\n");

        await rig.NotifiedAsync("succeeded");

        Assert.Equal(expected, await rig.QueryAsync<string>("select said::text from public.said"));
    }

    [Theory]
    [InlineData("ddl_command_start", "CREATE TABLE AS")]
    [InlineData("ddl_command_end", "CREATE TABLE AS")]
    [InlineData("sql_drop", "DROP TABLE")]
    public async Task An_event_trigger_against_new_tables_is_no_hindrance(string when, string tag)
    {
        await using var rig = await CreateRigAsync("select count(*)::text as said from public.orders");
        await rig.ExecuteAsync(
            $"""
            create function public.refuse() returns event_trigger language plpgsql as
            'begin raise exception $$no tables$$ using errcode = $$ZZ123$$; end';
            create event trigger refuse on {when} when tag in ('{tag}') execute function public.refuse()
            """);
        await using var worker = await rig.StartAsync();
        await rig.DropRowsAsync("orders", 3);

        await rig.NotifiedAsync("succeeded");

        Assert.Equal("3", await rig.QueryAsync<string>("select said from public.said"));
    }

    /// <summary>A load of a clean file needs no temporary table, and neither does what follows it.</summary>
    [Fact]
    public async Task A_login_that_may_make_no_temporary_tables_analyses_all_the_same()
    {
        await using var rig = await CreateRigAsync("select count(*)::text as said from public.orders");
        var database = new NpgsqlConnectionStringBuilder(rig.ConnectionString).Database!;
        await rig.ExecuteAsync(
            $"""
            create role analyst_of_{database} login;
            revoke temporary on database {database} from public;
            grant usage on schema public, etl to analyst_of_{database};
            grant all on all tables in schema public, etl to analyst_of_{database};
            grant all on all sequences in schema public, etl to analyst_of_{database}
            """);
        var login = new NpgsqlConnectionStringBuilder(rig.ConnectionString) { Username = $"analyst_of_{database}" };
        rig.Environment["ETLWORKER__DATABASE__CONNECTIONSTRING"] = login.ConnectionString;
        await using var worker = await rig.StartAsync();
        await rig.DropRowsAsync("orders", 3);

        await rig.NotifiedAsync("succeeded");

        Assert.Equal("3", await rig.QueryAsync<string>("select said from public.said"));
        Assert.DoesNotContain("made no statistics", worker.Output, StringComparison.Ordinal);
    }

    /// <summary>A plan made on the statistics of an empty table may take hours.</summary>
    [Fact]
    public async Task Analyses_are_planned_on_fresh_statistics()
    {
        await using var rig = await CreateRigAsync(
            "select reltuples || ' rows' as said from pg_catalog.pg_class where oid = 'public.orders'::regclass");
        await rig.ExecuteAsync("analyze public.orders");
        await using var worker = await rig.StartAsync();
        await rig.DropRowsAsync("orders", 500);

        await rig.NotifiedAsync("succeeded");

        Assert.Equal("500 rows", await rig.QueryAsync<string>("select said from public.said"));
    }

    [Fact]
    public async Task Checks_and_analyses_may_have_parallel_workers()
    {
        await using var rig = await CreateRigAsync("select bool_or(public.is_worker())::text as said from public.orders");
        await rig.WriteAsync("none.sql", "select 1 as one from public.orders having not bool_or(public.is_worker())");
        rig.Define(pipeline => pipeline["checks"] = JsonNode.Parse("""[{ "name": "none", "sql": "none.sql" }]"""));
        await rig.ExecuteAsync(
            """
            create function public.is_worker() returns bool language sql parallel safe volatile as
            'select backend_type = $$parallel worker$$ from pg_catalog.pg_stat_activity where pid = pg_catalog.pg_backend_pid()'
            """);
        // Whatever can be done by a worker is, on this database.
        var setting = await rig.QueryAsync<string>(
            "select name from pg_settings where name in ('debug_parallel_query', 'force_parallel_mode')");
        await rig.ExecuteAsync($"alter database {new NpgsqlConnectionStringBuilder(rig.ConnectionString).Database} set {setting} = on");
        await using var worker = await rig.StartAsync();
        await rig.DropRowsAsync("orders", 3);

        await rig.NotifiedAsync("succeeded");

        Assert.Equal("true", await rig.QueryAsync<string>("select said from public.said"));
    }

    private async Task<Rig> CreateRigAsync(string sql)
    {
        var rig = await Rig.CreateAsync(postgres, _aws.Endpoint, null, TestContext.Current.CancellationToken);
        await rig.DefineAsync("{}", "orders");
        await rig.ExecuteAsync("drop table public.counted; create table public.said (ingestion_date date primary key, said text)");
        await rig.WriteAsync("said.sql", sql);
        rig.Define(pipeline => pipeline["analyses"] = JsonNode.Parse(
            """[{ "name": "said", "sql": "said.sql", "table": "public.said", "export": ["out/said.csv"] }]"""));
        return rig;
    }
}
