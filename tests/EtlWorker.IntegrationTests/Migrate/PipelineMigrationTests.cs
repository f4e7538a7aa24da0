using System.Security.Cryptography;
using System.Text;
using System.Text.Json.Nodes;
using EtlWorker.IntegrationTests.Rigging;
using EtlWorker.StandIns;
using Npgsql;
using Xunit;

namespace EtlWorker.IntegrationTests.Migrate;

/// <summary>A pipeline's own tables: each file of its migrations is applied once, whole and in order.</summary>
public sealed class PipelineMigrationTests(PostgresServer postgres) : IAsyncLifetime
{
    private const string First = "create table public.a (id int);\ninsert into public.a values (1);\n";
    private const string Second = "insert into public.a values (2);\n";

    private LocalAws _aws = null!;

    public async ValueTask InitializeAsync() => _aws = await LocalAws.StartAsync(cancellationToken: TestContext.Current.CancellationToken);

    public ValueTask DisposeAsync() => _aws.DisposeAsync();

    [Fact]
    public async Task Each_file_is_applied_once_in_the_order_of_the_list_and_recorded()
    {
        await using var rig = await CreateRigAsync(("002.sql", First), ("001.sql", Second));

        var (exit, said) = await rig.CommandAsync("migrate");

        Assert.True(exit == 0, said);
        Assert.Contains("Pipeline small: applied 002.sql, 001.sql.", said, StringComparison.Ordinal);
        Assert.Equal(
            $"002.sql {Sha256(First)} t t, 001.sql {Sha256(Second)} t t",
            await rig.QueryAsync<string>(
                """
                select string_agg(concat_ws(' ', file, sha256, worker like '%:%', version <> ''), ', ' order by applied_at)
                from etl.pipeline_migration where pipeline = 'small'
                """));

        (exit, said) = await rig.CommandAsync("migrate");
        Assert.True(exit == 0, said);
        Assert.Contains("Pipeline small is up to date (001.sql).", said, StringComparison.Ordinal);

        await DefineAsync(rig, ("002.sql", First), ("001.sql", Second), ("003.sql", "insert into public.a values (3)"));
        (exit, said) = await rig.CommandAsync("migrate");
        Assert.True(exit == 0, said);
        Assert.Contains("Pipeline small: applied 003.sql.", said, StringComparison.Ordinal);
        Assert.Equal("1 2 3", await RowsAsync(rig));
    }

    [Fact]
    public async Task Killed_between_two_files_it_goes_on_with_the_second()
    {
        await using var rig = await CreateRigAsync(("1.sql", First), ("2.sql", Second + "alter table public.gate add opened int;"));
        await rig.ExecuteAsync("create table public.gate ()");
        await using (var holder = await PostgresServer.OpenAsync(rig.ConnectionString, rig.Token))
        {
            await using var hold = new NpgsqlCommand("begin; lock table public.gate", holder);
            await hold.ExecuteNonQueryAsync(rig.Token);
            await using var migrate = WorkerProcess.Start(rig.Environment, "migrate");
            await rig.UntilAsync("select count(*) = 1 from pg_locks where relation = 'public.gate'::regclass and not granted");
            migrate.Kill();
            await migrate.ExitAsync(rig.Token);
        }

        await rig.UntilAsync(
            "select count(*) = 0 from pg_stat_activity where datname = current_database() and application_name = 'etlworker'");
        Assert.Equal("1", await RowsAsync(rig));
        Assert.Equal("1.sql", await AppliedAsync(rig));

        await rig.MigrateAsync();

        Assert.Equal("1 2", await RowsAsync(rig));
        Assert.Equal("1.sql 2.sql", await AppliedAsync(rig));
    }

    [Fact]
    public async Task Four_at_once_apply_each_file_once()
    {
        await using var rig = await CreateRigAsync(
            ("1.sql", First + "select pg_sleep(0.2);"), ("2.sql", Second + "select pg_sleep(0.2);"));

        var all = await Task.WhenAll(Enumerable.Range(0, 4).Select(_ => rig.CommandAsync("migrate")));

        Assert.All(all, one => Assert.True(one.Exit == 0, one.Said));
        Assert.Equal("1 2", await RowsAsync(rig));
        Assert.Equal("1.sql 2.sql", await AppliedAsync(rig));
    }

    [Theory]
    [InlineData("1.sql", Second, "migration 2.sql was applied, and \"migrations\" has it no longer. Put the file back")]
    [InlineData("2.sql", "insert into public.a values (9)", "migration 2.sql was applied with another text (SHA-256 ")]
    [InlineData(
        "0.sql", "insert into public.a values (9)", "migration 0.sql stands before 2.sql, which is applied already. Move it to the end")]
    public async Task What_is_applied_is_not_to_be_changed_taken_out_or_gone_before(string file, string text, string refusal)
    {
        await using var rig = await CreateRigAsync(("1.sql", First), ("2.sql", Second));
        await rig.MigrateAsync();
        await DefineAsync(rig, file switch
        {
            "0.sql" => [("1.sql", First), (file, text), ("2.sql", Second)],
            "1.sql" => [("1.sql", First), ("3.sql", text)],
            _ => [("1.sql", First), (file, text)],
        });

        var (exit, said) = await rig.CommandAsync("migrate");

        Assert.Equal(1, exit);
        Assert.Contains($"pipeline small: {refusal}", said, StringComparison.Ordinal);
        Assert.Equal("1 2", await RowsAsync(rig));
        (exit, said) = await rig.CommandAsync("validate", rig.Environment["ETLWORKER__PIPELINE__DEFINITION"], "--database");
        Assert.Equal(1, exit);
        Assert.Contains(refusal, said, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("selec 3;", ", line 3: PostgreSQL refused it: syntax error at or near \"selec\" (SQLSTATE 42601)")]
    [InlineData("select\n 3,\n nothing;", ", line 5: PostgreSQL refused it: column \"nothing\" does not exist (SQLSTATE 42703)")]
    [InlineData("create table public.a (id int);", ", line 3: PostgreSQL refused it: relation \"a\" already exists (SQLSTATE 42P07)")]
    [InlineData("create index concurrently on public.a (id);",
        ", line 3: PostgreSQL refused it: CREATE INDEX CONCURRENTLY cannot run inside a transaction block (SQLSTATE 25001). "
            + "Each file is one transaction: leave the statement out, and run it by psql once the file is applied.")]
    [InlineData("do $$ begin commit; end $$;", ", line 3: PostgreSQL refused it: invalid transaction termination (SQLSTATE 2D000)")]
    [InlineData("alter table public.b add constraint b_fk foreign key (id) references public.b deferrable initially deferred;\n"
        + "insert into public.b values (1, 7);", ": PostgreSQL refused what it put off to its end: ")]
    public async Task A_file_that_fails_leaves_nothing_of_it_and_is_named_with_its_line(string failing, string refusal)
    {
        await using var rig = await CreateRigAsync(
            ("1.sql", First + "create table public.b (key int primary key, id int);"), ("2.sql", $"{Second}-- fails\n{failing}"));

        var (exit, said) = await rig.CommandAsync("migrate");

        Assert.Equal(1, exit);
        Assert.Contains($"migration 2.sql{refusal}", said, StringComparison.Ordinal);
        Assert.Contains("Nothing of the file was applied.", said, StringComparison.Ordinal);
        Assert.Equal("1", await RowsAsync(rig));
        Assert.Equal("1.sql", await AppliedAsync(rig));

        await DefineAsync(rig, ("1.sql", First + "create table public.b (key int primary key, id int);"), ("2.sql", Second));
        await rig.MigrateAsync();
        Assert.Equal("1 2", await RowsAsync(rig));
    }

    [Fact]
    public async Task Statements_with_semicolons_of_their_own_are_one()
    {
        await using var rig = await CreateRigAsync(("1.sql", First + """
            create or replace function public.f() returns int language sql
            begin atomic
                select 1;
                select case when true then 2 end;
            end;
            create rule twice as on insert to public.a do also (select 1; select 2);
            do $$ begin perform 1; perform 2; end $$;
            comment on table public.a is 'it has @names and :names; and ? as well';
            """));

        await rig.MigrateAsync();

        Assert.Equal(2, await rig.QueryAsync<int>("select public.f()"));
    }

    [Fact]
    public async Task The_search_path_is_the_definition_s()
    {
        await using var rig = await CreateRigAsync(("1.sql", "create schema shop; create table things (id int)"));
        rig.Define(pipeline => pipeline["searchPath"] = new JsonArray("shop"));

        await rig.MigrateAsync();

        Assert.Equal("shop", await rig.QueryAsync<string>("select schemaname::text from pg_tables where tablename = 'things'"));
    }

    [Fact]
    public async Task They_are_applied_as_another_role_where_one_is_configured_and_recorded_by_the_worker_s_login()
    {
        await using var rig = await CreateRigAsync(("1.sql", "create schema shop; create table shop.a (id int);"));
        var (worker, role) = await CreateRolesAsync(rig);

        await rig.MigrateAsync();

        Assert.Equal($"{role} {role}", await rig.QueryAsync<string>(
            "select nspowner::regrole || ' ' || relowner::regrole from pg_namespace n join pg_class c on c.relnamespace = n.oid "
                + "where relname = 'a' and nspname = 'shop'"));
        Assert.Equal(
            worker, await rig.QueryAsync<string>("select relowner::regrole::text from pg_class where relname = 'pipeline_migration'"));
        Assert.Equal("1.sql", await AppliedAsync(rig));
        // A member of the role that owns them fills them.
        await rig.ExecuteAsync($"set role {worker}; insert into shop.a values (1); truncate shop.a; reset role");
    }

    [Theory]
    [InlineData("insert into etl.pipeline_migration values ('small', '2.sql', 'x', now(), 'x', 'x');", "permission denied for schema etl")]
    [InlineData("select * from etl.run;", "permission denied for schema etl")]
    [InlineData("create table etl.mine ();", "permission denied for schema etl")]
    [InlineData(
        "do $$ begin reset role; insert into etl.pipeline_migration values ('small', '2.sql', 'x', now(), 'x', 'x'); end $$;",
        "migration 1.sql changes the ledger (etl.pipeline_migration)")]
    [InlineData("do $$ begin reset role; create table etl.mine (); end $$;", "migration 1.sql changes the ledger (etl.mine)")]
    [InlineData(
        "do $$ begin reset role; truncate etl.pipeline_migration; end $$;",
        "migration 1.sql changes the ledger (etl.pipeline_migration)")]
    [InlineData(
        """
        create schema shop;
        create table shop.d (id int);
        create function shop.late() returns trigger language plpgsql as 'begin delete from etl.pipeline_migration; return null; end';
        create constraint trigger late after insert on shop.d deferrable initially deferred for each row execute function shop.late();
        insert into shop.d values (1);
        """, "refused what it put off to its end: permission denied for schema etl")]
    public async Task A_file_that_writes_to_the_ledger_is_refused(string file, string refusal)
    {
        await using var rig = await CreateRigAsync(("1.sql", file), ("2.sql", "select 1"));
        await CreateRolesAsync(rig);

        var (exit, said) = await rig.CommandAsync("migrate");

        Assert.True(exit == 1, said);
        Assert.Contains(refusal, said, StringComparison.Ordinal);
        Assert.Equal("", await AppliedAsync(rig));
    }

    /// <summary>COMMIT would carry out its query, as the worker's login.</summary>
    [Fact]
    public async Task A_cursor_that_a_file_holds_is_closed_with_its_role()
    {
        await using var rig = await CreateRigAsync((
            "1.sql",
            """
            create schema shop;
            create function shop.g() returns int language plpgsql as
            'begin insert into etl.pipeline_migration values (''small'', ''2.sql'', ''x'', now(), ''x'', ''x''); return 1; end';
            declare c cursor with hold for select shop.g();
            """));
        await CreateRolesAsync(rig);

        await rig.MigrateAsync();

        Assert.Equal("1.sql", await AppliedAsync(rig));
    }

    [Fact]
    public async Task A_role_that_the_worker_may_not_take_is_named()
    {
        await using var rig = await CreateRigAsync(("1.sql", First));
        rig.Environment["ETLWORKER__PIPELINE__MIGRATEAS"] = "no such role";

        var (exit, said) = await rig.CommandAsync("migrate");

        Assert.Equal(1, exit);
        Assert.Contains("cannot act as the role no such role of PIPELINE__MIGRATEAS", said, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Without_a_definition_it_is_the_ledger_alone_and_says_so()
    {
        await using var rig = await CreateRigAsync(("1.sql", First));
        rig.Environment.Remove("ETLWORKER__PIPELINE__DEFINITION");

        var (exit, said) = await rig.CommandAsync("migrate");

        Assert.True(exit == 0, said);
        Assert.Contains("No pipeline's tables were made: PIPELINE__DEFINITION is not set.", said, StringComparison.Ordinal);
        Assert.Equal("", await AppliedAsync(rig));
    }

    [Fact]
    public async Task A_definition_at_fault_ends_it_with_78_once_the_ledger_is_up_to_date()
    {
        await using var rig = await CreateRigAsync(("1.sql", "begin;\n" + First));

        var (exit, said) = await rig.CommandAsync("migrate");

        Assert.Equal(78, exit);
        Assert.Contains("1.sql: line 1: BEGIN is not for a migration", said, StringComparison.Ordinal);
        Assert.Equal("", await AppliedAsync(rig));
    }

    [Fact]
    public async Task A_pipeline_that_has_another_name_now_has_its_migrations_applied()
    {
        await using var rig = await CreateRigAsync(("1.sql", First));
        await rig.MigrateAsync();
        await DefineAsync(rig, ("1.sql", First), ("2.sql", Second));
        rig.Define(pipeline => (pipeline["name"], pipeline["formerName"]) = ("smaller", "small"));

        await rig.MigrateAsync();
        await rig.MigrateAsync();

        Assert.Equal("1 2", await RowsAsync(rig));
        await using var worker = await rig.StartAsync();
        await rig.UntilAsync("select count(*) = 0 from etl.run where pipeline = 'small'");
        Assert.Equal("1.sql 2.sql", await AppliedAsync(rig));
    }

    [Fact]
    public async Task The_service_waits_for_a_migration_records_what_lands_and_goes_on_by_itself()
    {
        await using var rig = await CreateSmallRigAsync("alter table public.orders add price int;");
        await using var worker = await rig.StartAsync();
        await worker.SeeAsync("pipeline retail needs migration more.sql. Run `etlworker migrate`. "
            + "The service continues by itself then.", rig.Token);
        await rig.DropRowsAsync("orders", 3);
        await rig.UntilAsync("select count(*) = 1 from etl.drop where feed = 'orders' and disposition = 'pending'");
        Assert.Equal(0, await rig.QueryAsync<long>("select count(*) from etl.run"));
        var (exit, said) = await rig.CommandAsync("validate", rig.Environment["ETLWORKER__PIPELINE__DEFINITION"], "--database");
        Assert.Equal(1, exit);
        Assert.Contains("$.migrations[0]: migration more.sql is not applied: run `etlworker migrate`", said, StringComparison.Ordinal);
        (exit, said) = await rig.CommandAsync("plan", rig.Environment["ETLWORKER__PIPELINE__DEFINITION"]);
        Assert.Equal(1, exit);
        Assert.Contains("pipeline retail needs migration more.sql. Run `etlworker migrate`", said, StringComparison.Ordinal);

        await rig.MigrateAsync();

        await rig.NotifiedAsync("succeeded");
        Assert.Equal(3, await rig.RowsAsync("orders"));
    }

    [Fact]
    public async Task The_service_applies_them_itself_where_the_operator_says_so()
    {
        await using var rig = await CreateSmallRigAsync("alter table public.orders add price int;\nalter table public.wrong add x int;");
        rig.Environment["ETLWORKER__PIPELINE__MIGRATE"] = "true";
        await using (var worker = await rig.StartAsync())
        {
            await rig.DropRowsAsync("orders", 3);
            await worker.SeeAsync("migration more.sql, line 2: PostgreSQL refused it", rig.Token);
            Assert.Equal(0, await rig.QueryAsync<long>("select count(*) from etl.run"));
            Assert.Equal("", await AppliedAsync(rig));
            await worker.StopAsync(rig.Token);
        }

        await rig.WriteAsync("more.sql", "alter table public.orders add price int");
        await using var again = await rig.StartAsync();
        await rig.NotifiedAsync("succeeded");
        Assert.Contains("Pipeline retail: applied migrations more.sql", again.Output, StringComparison.Ordinal);
        Assert.Equal("more.sql", await AppliedAsync(rig));
    }

    /// <summary>A pipeline of a feed whose tables are there, with a migration that is not applied.</summary>
    private async Task<Rig> CreateSmallRigAsync(string migration)
    {
        var rig = await Rig.CreateEmptyAsync(postgres, _aws.Endpoint, TestContext.Current.CancellationToken);
        await rig.DefineAsync("{}", "orders");
        await rig.MigrateAsync();
        await rig.WriteAsync("more.sql", migration);
        rig.Define(pipeline => pipeline["migrations"] = new JsonArray("more.sql"));
        return rig;
    }

    private async Task<Rig> CreateRigAsync(params (string File, string Text)[] migrations)
    {
        var rig = await Rig.CreateEmptyAsync(postgres, _aws.Endpoint, TestContext.Current.CancellationToken);
        await DefineAsync(rig, migrations);
        return rig;
    }

    private static async Task DefineAsync(Rig rig, params (string File, string Text)[] migrations)
    {
        foreach (var (file, text) in migrations)
        {
            await rig.WriteAsync(file, text);
        }

        rig.Define(pipeline =>
        {
            pipeline["name"] = "small";
            pipeline["checks"] = new JsonArray();
            pipeline["analyses"] = new JsonArray();
            pipeline["feeds"] = JsonNode.Parse("""[{ "name": "a", "object": "in/a.csv", "table": "public.a" }]""");
            pipeline["migrations"] = new JsonArray([.. migrations.Select(migration => JsonValue.Create(migration.File))]);
        });
    }

    /// <summary>A login that owns the ledger and is no superuser, and a role that may make schemas and is nothing in the ledger.</summary>
    private static async Task<(string Worker, string Role)> CreateRolesAsync(Rig rig)
    {
        // Roles are the server's, which all tests share.
        var database = await rig.QueryAsync<string>("select current_database()::text");
        var (worker, role) = ($"worker_{database}", $"tables_{database}");
        await rig.ExecuteAsync(
            $"create role {worker} login; create role {role}; grant {role} to {worker}; "
                + $"grant connect, create, temporary on database {database} to {worker}; grant create on database {database} to {role}");
        rig.Environment["ETLWORKER__DATABASE__CONNECTIONSTRING"] =
            new NpgsqlConnectionStringBuilder(rig.ConnectionString) { Username = worker }.ConnectionString;
        rig.Environment["ETLWORKER__PIPELINE__MIGRATEAS"] = role;
        return (worker, role);
    }

    private static Task<string> RowsAsync(Rig rig) =>
        rig.QueryAsync<string>("select coalesce(string_agg(id::text, ' ' order by id), '') from public.a");

    private static Task<string> AppliedAsync(Rig rig) =>
        rig.QueryAsync<string>("select coalesce(string_agg(file, ' ' order by applied_at), '') from etl.pipeline_migration");

    private static string Sha256(string text) => Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(text)));
}
