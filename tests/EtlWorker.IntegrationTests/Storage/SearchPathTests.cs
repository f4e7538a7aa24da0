using System.Text.Json.Nodes;
using System.Text.RegularExpressions;
using EtlWorker.Domain.Pipelines;
using EtlWorker.IntegrationTests.Rigging;
using EtlWorker.StandIns;
using EtlWorker.Storage;
using Npgsql;
using Xunit;

namespace EtlWorker.IntegrationTests.Storage;

/// <summary>Functions and operators of somebody else's on the search path: the worker calls none of them.</summary>
public sealed class SearchPathTests(PostgresServer postgres) : IAsyncLifetime
{
    private LocalAws _aws = null!;

    private static CancellationToken Stop => TestContext.Current.CancellationToken;

    public async ValueTask InitializeAsync() => _aws = await LocalAws.StartAsync(cancellationToken: Stop);

    public ValueTask DisposeAsync() => _aws.DisposeAsync();

    [Fact]
    public async Task Nothing_that_somebody_else_put_on_the_path_is_called_by_a_migration_or_by_runs_of_every_kind()
    {
        await using var rig = await Rig.CreateEmptyAsync(postgres, _aws.Endpoint, Stop);
        await using var login = await LoginAsync(rig);
        await rig.ExecuteAsync(HostileObjects.In("public", login.Other));
        var log = new StatementLog();
        await using var proxy = new TcpProxy(postgres) { Inspect = log.Inspect };
        rig.Environment["ETLWORKER__DATABASE__CONNECTIONSTRING"] =
            new NpgsqlConnectionStringBuilder(rig.ConnectionString) { Port = proxy.Port, Username = login.Name }.ConnectionString;
        await rig.MigrateAsync();
        await DefineAsync(rig);
        var (before, today) = (await DateAsync(rig, 1), await DateAsync(rig, 0));
        await using var worker = await rig.StartAsync();
        foreach (var date in new[] { before, today })
        {
            await DropAsync(rig, date);
            await rig.NotifiedAsync("succeeded");
        }

        // An older date, with the newest rows kept aside; and a run that fails.
        var (exit, said) = await rig.CommandAsync("retry", before, "--reason", "again");
        Assert.True(exit == 0, said);
        await rig.NotifiedAsync("succeeded");
        await rig.ExecuteAsync("insert into public.fault values (1)");
        (exit, said) = await rig.CommandAsync("retry", today, "--reason", "again");
        Assert.True(exit == 0, said);
        await rig.NotifiedAsync("failed");

        Assert.Equal("", await rig.QueryAsync<string>(
            $"select coalesce(string_agg(distinct what, ', '), '') from public.hijacked where who = '{login.Name}'"));
        Assert.Equal("3 duplicate_key, 4 constraint", await rig.QueryAsync<string>(
            """
            select string_agg(line_number || ' ' || code, ', ' order by line_number)
            from etl.reject where run_id = 2 and attempt = 1 and feed = 'slow'
            """));
        var statements = log.Statements();
        Assert.Contains(
            statements, statement => statement is ("definition", var text) && text.StartsWith("copy ", StringComparison.Ordinal));
        Assert.All(statements.Where(IsOfARun).Distinct(), statement =>
        {
            var isEmbedded = statement.Text.StartsWith("-- ", StringComparison.Ordinal);
            Assert.NotEqual("none", statement.Path);
            Assert.True(
                !isEmbedded || statement.Path == "own" || statement.Text.Contains("current_schemas", StringComparison.Ordinal),
                statement.Text);
            Assert.Equal([], UnqualifiedNames.In(statement.Text, isOnAnyPath: statement.Path == "definition"));
        });
    }

    [Theory]
    [InlineData("select now()")]
    [InlineData("select from a.b where a = 1")]
    [InlineData("select '1'::text")]
    [InlineData("select date '2026-01-01'")]
    [InlineData("select from a.b where c is not distinct from d")]
    [InlineData("select pg_catalog.count(*) from a.b where c between 1 and 2")]
    public void What_is_named_without_its_schema_would_be_seen(string statement) =>
        Assert.NotEmpty(UnqualifiedNames.In(statement, isOnAnyPath: true));

    [Theory]
    [InlineData(null)]
    [InlineData("""["ext", "public"]""")]
    public async Task Keys_of_citext_and_triggers_that_name_no_schema_work_on_the_definition_s_path(string? path)
    {
        await using var rig = await Rig.CreateAsync(postgres, _aws.Endpoint, null, Stop);
        await rig.DefineAsync("{}", "orders");
        await rig.ExecuteAsync(
            $"""
            create schema ext; create extension citext schema ext;
            set search_path = public, ext;
            drop table public.orders; create table public.code (code citext primary key); insert into public.code values ('A'), ('b');
            create table public.orders (
                id citext primary key, note text check (lower(note) <> 'bad'), code citext references public.code, at timestamptz);
            create function ext.stamp() returns timestamptz language sql as 'select now()';
            create function public.noted() returns trigger language plpgsql as 'begin new.at = stamp(); return new; end';
            create trigger noted before insert on public.orders for each row execute function public.noted();
            reset search_path
            """);
        await rig.WriteAsync("counted.sql", "select count(*) as n from orders where id = 'X1'::citext and at is not null");
        rig.Define(pipeline => pipeline["searchPath"] = path is null ? null : JsonNode.Parse(path));
        if (path is null)
        {
            var database = new NpgsqlConnectionStringBuilder(rig.ConnectionString).Database;
            await rig.ExecuteAsync($"alter database {database} set search_path = public, ext");
        }

        rig.Define(pipeline => pipeline["rejects"] = JsonNode.Parse("""{ "max": 10, "maxPercent": 100 }"""));
        await using var worker = await rig.StartAsync();

        await rig.DropAsync("in/orders.csv", "id,note,code\nx1,a,a\nX1,b,B\nx2,BAD,B\nx3,c,none\nx4,d,B\n");

        await rig.NotifiedAsync("succeeded");
        Assert.Equal(
            "x1 a, x4 B",
            await rig.QueryAsync<string>("select string_agg(id::text || ' ' || code, ', ' order by id::text) from public.orders"));
        Assert.Equal("3 duplicate_key, 4 constraint, 5 constraint", await rig.QueryAsync<string>(
            "select string_agg(line_number || ' ' || code, ', ' order by line_number) from etl.reject"));
        Assert.Equal(1, await rig.QueryAsync<long>("select n from public.counted"));
    }

    [Fact]
    public async Task A_unique_key_is_judged_by_the_collation_of_its_index_and_by_a_class_of_its_own()
    {
        await using var rig = await LoadRig.CreateAsync(postgres);
        await rig.ExecuteAsync(
            """
            create collation public.any_case (provider = icu, locale = 'und-u-ks-level2', deterministic = false);
            create table public.feed (id int primary key, name text, code varchar(9));
            create unique index by_name on public.feed (name collate public.any_case);
            create unique index by_code on public.feed (code varchar_pattern_ops)
            """);

        var loaded = await rig.LoadAsync("id,name,code\n1,a,x\n2,A,y\n3,b,x\n4,c,z\n", LoadRig.Feed with { Mode = LoadMode.Append });
        var again = await rig.LoadAsync("id,name,code\n5,C,w\n6,d,z\n7,e,v\n", LoadRig.Feed with { Mode = LoadMode.Append });

        Assert.Equal(["3 name duplicate_key", "4 code duplicate_key"], loaded.Rejects);
        Assert.Equal(["2 name duplicate_key", "3 code duplicate_key"], again.Rejects);
    }

    [Fact]
    public async Task A_schema_of_the_path_in_which_others_may_create_is_named_once()
    {
        await using var rig = await Rig.CreateAsync(postgres, _aws.Endpoint, null, Stop);
        await using var login = await LoginAsync(rig);
        await rig.DefineAsync("{}", "orders");
        await rig.ExecuteAsync(
            $"""
            grant create on schema public to public;
            create schema shared; grant create on schema shared to {login.Other};
            create schema closed
            """);
        rig.Define(pipeline => pipeline["searchPath"] = JsonNode.Parse("""["closed", "shared", "public"]"""));
        await using (var worker = await rig.StartAsync())
        {
            await worker.SeeAsync("Other roles may create in shared, public,", rig.Token);
        }

        rig.Define(pipeline => pipeline["searchPath"] = JsonNode.Parse("""["closed"]"""));
        await using var safe = await rig.StartAsync();
        await rig.DropRowsAsync("orders", 3);
        await rig.NotifiedAsync("succeeded");
        Assert.DoesNotContain("Other roles may create", safe.Output, StringComparison.Ordinal);
    }

    private static readonly string RetailTables =
        File.ReadAllText(Path.Combine(Repository.RetailDefinition, "migrations", "001_tables.sql"));

    /// <summary>
    /// All but the migrations, the ledger's and retail's, which EF Core writes and pg_catalog alone reads, and what sets a session up.
    /// </summary>
    private static bool IsOfARun((string Path, string Text) statement) =>
        !EmbeddedSql.Get("Storage/migrate").Contains(statement.Text, StringComparison.Ordinal)
        && !RetailTables.Contains(statement.Text, StringComparison.Ordinal)
        && !Regex.IsMatch(statement.Text, @"^(--[^\n]*\s+)*set ");

    private static Task<string> DateAsync(Rig rig, int daysAgo) =>
        rig.QueryAsync<string>($"select ((now() at time zone 'UTC')::date - {daysAgo})::text");

    private static async Task<Login> LoginAsync(Rig rig)
    {
        var login = new Login(rig, $"worker_{Guid.NewGuid():N}", $"other_{Guid.NewGuid():N}");
        await rig.ExecuteAsync($"create role {login.Name} superuser login; create role {login.Other} login");
        await rig.ExecuteAsync($"alter role {login.Name} set search_path = public, pg_catalog");
        return login;
    }

    private static async Task DefineAsync(Rig rig)
    {
        await rig.ExecuteAsync(
            """
            create table public.straight (id int primary key, note text);
            create table public.kind (kind text primary key); insert into public.kind values ('x');
            create table public.slow (
                id int primary key, note text check (note operator(pg_catalog.<>) 'bad'), kind varchar(9) references public.kind);
            create table public.merged (id bigint, part date, note text, primary key (id, part));
            create table public.fault (n int)
            """);
        await rig.DefineAsync("{}", "orders");
        await rig.WriteAsync("counted.sql", "select pg_catalog.count(*) as n from public.straight");
        await rig.WriteAsync("none.sql", "select n from public.fault");
        rig.Define(pipeline =>
        {
            pipeline["rejects"] = JsonNode.Parse("""{ "max": 10, "maxPercent": 100 }""");
            pipeline["checks"] = JsonNode.Parse("""[{ "name": "none", "sql": "none.sql" }]""");
            pipeline["feeds"] = JsonNode.Parse(
                """
                [{ "name": "straight", "object": "in/straight_{date}.csv", "table": "public.straight" },
                 { "name": "slow", "object": "in/slow_{date}.csv", "table": "public.slow" },
                 { "name": "merged", "object": "in/merged_{date}.csv", "table": "public.merged", "mode": "merge" }]
                """);
        });
    }

    private static async Task DropAsync(Rig rig, string date)
    {
        await rig.DropAsync($"in/straight_{date}.csv", "id,note\n1,a\n2,b\n");
        await rig.DropAsync($"in/slow_{date}.csv", "id,note,kind\n1,a,x\n1,b,x\n3,c,none\n4,d,x\n");
        await rig.DropAsync($"in/merged_{date}.csv", $"id,part,note\n1,{date},a\n1,{date},b\n2,{date},c\n");
    }

    /// <summary>Roles are of the server's, and not of a database: to be taken away again.</summary>
    private sealed record Login(Rig Rig, string Name, string Other) : IAsyncDisposable
    {
        public async ValueTask DisposeAsync()
        {
            await Rig.ExecuteAsync($"select pg_terminate_backend(pid) from pg_stat_activity where usename = '{Name}'");
            await Rig.UntilAsync($"select not exists (select from pg_stat_activity where usename = '{Name}')");
            await Rig.ExecuteAsync($"drop owned by {Name}, {Other} cascade; drop role {Name}, {Other}");
        }
    }
}
