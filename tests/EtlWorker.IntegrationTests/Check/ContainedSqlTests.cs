using System.Text.Json.Nodes;
using EtlWorker.IntegrationTests.Rigging;
using EtlWorker.StandIns;
using EtlWorker.StandIns.Http;
using Npgsql;
using Xunit;

namespace EtlWorker.IntegrationTests.Check;

/// <summary>What the SQL of a definition, or of the tables' triggers, cannot do to a run.</summary>
public sealed class ContainedSqlTests(PostgresServer postgres) : IAsyncLifetime
{
    private const string Key = "pg_catalog.hashtextextended('etlworker:run:retail', 0)";
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

    [Theory]
    [InlineData("DateStyle", "German")]
    [InlineData("search_path", "nowhere")]
    [InlineData("role", "pg_monitor")]
    [InlineData("session_authorization", "pg_monitor")]
    [InlineData("statement_timeout", "1")]
    [InlineData("lock_timeout", "1")]
    [InlineData("client_encoding", "SQL_ASCII")]
    [InlineData("default_transaction_read_only", "on")]
    [InlineData("work_mem", "64")]
    public async Task A_setting_that_an_analysis_or_a_trigger_changes_is_as_before_for_what_follows(string name, string value)
    {
        await using var rig = await CreateRigAsync(
            $"select 1 as one where pg_catalog.set_config('{name}', '{value}', false) is null",
            $" where pg_catalog.set_config('{name}', '{value}', false) is not null");
        await rig.ExecuteAsync(
            $"""
            create table public.seen (setting text);
            create function public.seen() returns trigger language plpgsql as
            'begin insert into public.seen values (current_setting($${name}$$)); return null; end';
            create trigger seen after insert on public.counted for each row execute function public.seen();
            create function public.changed() returns trigger language plpgsql as
            'begin perform set_config($${name}$$, $${value}$$, false); return null; end';
            create trigger changed after insert on public.orders for each statement execute function public.changed()
            """);
        await using var worker = await rig.StartAsync();
        await rig.DropRowsAsync("orders", 3);

        await rig.NotifiedAsync("succeeded");

        Assert.NotEqual(
            value, await rig.QueryAsync<string>("select setting from public.seen"), StringComparer.OrdinalIgnoreCase);
        Assert.Equal(
            $"ingestion_date,n\n{await rig.QueryAsync<string>("select run_date::text from etl.run")},3\n",
            await rig.Aws.ReadAsync("out/counted.csv", rig.Token));
    }

    /// <summary>What the SQL of a definition may try where only the server refuses it, at the run; what begins the answer.</summary>
    public static TheoryData<string, string, string> Attempts()
    {
        var attempts = new TheoryData<string, string, string>();
        foreach (var where in new[] { "check", "analysis" })
        {
            attempts.Add(where, "with gone as (delete from public.written returning id) select id as n from gone", "SQLSTATE 0A000");
            attempts.Add(where, "select public.commits_in_it() as n", "SQLSTATE 2D000");
            attempts.Add(
                where, "select 1 as n where pg_catalog.set_config('transaction_read_only', 'off', false) is not null",
                "cannot set transaction read-write mode inside a read-only transaction");
            attempts.Add(where, "select public.writes() as n", "cannot execute INSERT in a read-only transaction");
            attempts.Add(where, "select public.drops() as n", "cannot execute DROP TABLE in a read-only transaction");
            attempts.Add(where, "select pg_catalog.nextval('public.numbers') as n", "nextval() in a read-only transaction");
            attempts.Add(where, "select 1 as n where pg_catalog.pg_advisory_unlock_all() is not null", "freed the lock of pipeline retail");
            attempts.Add(
                where, "select 1 as n from (select pg_catalog.pg_sleep(100) as slept offset 0) as q where slept is not null",
                "took longer than 00:00:03 (RUN__STATEMENTTIMEOUT)");
        }

        return attempts;
    }

    [Theory]
    [MemberData(nameof(Attempts))]
    public async Task What_a_check_or_an_analysis_must_not_do_fails_its_run_and_nothing_else(
        string where, string sql, string cause)
    {
        await using var rig = await CreateRigAsync("select 1 as one where false");
        rig.Environment["ETLWORKER__RUN__STATEMENTTIMEOUT"] = "00:00:03";
        await rig.ExecuteAsync(
            """
            create sequence public.numbers;
            create table public.written (id int);
            insert into public.written values (7);
            create function public.writes() returns int language sql as 'insert into public.written values (1) returning id';
            create function public.drops() returns int language plpgsql as 'begin drop table public.written; return 1; end';
            create procedure public.commits() language plpgsql as 'begin commit; end';
            create function public.commits_in_it() returns int language plpgsql as 'begin call public.commits(); return 1; end'
            """);
        await rig.WriteAsync(where == "check" ? "found.sql" : "counted.sql", sql);

        await using (await rig.StartAsync())
        {
            await rig.DropRowsAsync("orders", 3);
            var body = (await rig.NotifiedAsync("failed")).Body;
            Assert.True(body.Contains(cause, StringComparison.Ordinal), body);
        }

        Assert.Equal("0 7 false", await rig.QueryAsync<string>(
            """
            select (select count(*) from public.orders) || ' ' || (select string_agg(id::text, ',') from public.written)
                || ' ' || (select is_called from public.numbers)::text
            """));
        await rig.WriteAsync("found.sql", "select 1 as one where false");
        await rig.WriteAsync("counted.sql", "select count(*) as n from public.orders");
        await using var second = await rig.StartAsync();
        var (retried, of) = await rig.CommandAsync(
            "retry", await rig.QueryAsync<string>("select run_date::text from etl.run"), "--reason", "corrected");
        Assert.True(retried == 0, of);
        await rig.NotifiedAsync("succeeded");
        Assert.Equal("3 1", await rig.QueryAsync<string>(
            "select n || ' ' || (select count(*) from etl.run) from public.counted"));
    }

    /// <summary>Parallel workers are a fence of their own: an analysis is not asked to do without them.</summary>
    [Fact]
    public async Task An_analysis_that_writes_by_a_function_said_to_be_parallel_safe_fails_the_run()
    {
        await using var rig = await CreateRigAsync("select 1 as one where false");
        await rig.WriteAsync("counted.sql", "select sum(public.writes()) as n from public.orders");
        await rig.ExecuteAsync(
            $"""
            create table public.written (id int);
            create function public.writes() returns int parallel safe language sql as 'insert into public.written values (1) returning id';
            alter database {new NpgsqlConnectionStringBuilder(rig.ConnectionString).Database} set min_parallel_table_scan_size = 0;
            alter database {new NpgsqlConnectionStringBuilder(rig.ConnectionString).Database} set parallel_setup_cost = 0
            """);
        await using var worker = await rig.StartAsync();
        await rig.DropRowsAsync("orders", 10_000);

        await rig.NotifiedAsync("failed");

        Assert.Equal((0L, 0L), (await rig.RowsAsync("orders"), await rig.RowsAsync("written")));
    }

    /// <summary>COMMIT would carry out its query, after all that is seen to.</summary>
    [Fact]
    public async Task A_cursor_that_an_analysis_holds_is_closed_before_the_end_of_the_transaction()
    {
        await using var rig = await CreateRigAsync("select 1 as one where false");
        await rig.WriteAsync("counted.sql", "select public.declares() as n");
        await rig.ExecuteAsync(
            """
            create table public.written (id int);
            create function public.writes() returns int language sql as 'insert into public.written values (1) returning id';
            create function public.declares() returns int language plpgsql as
            'begin execute ''declare c cursor with hold for select public.writes()''; return 3; end'
            """);
        await using var worker = await rig.StartAsync();
        await rig.DropRowsAsync("orders", 3);

        await rig.NotifiedAsync("succeeded");

        Assert.Equal((3L, 0L), (await rig.RowsAsync("orders"), await rig.RowsAsync("written")));
    }

    /// <summary>A transaction's lock looks like a session's, and ends with COMMIT: while results are written it must be held.</summary>
    [Fact]
    public async Task A_lock_of_the_transaction_in_the_place_of_the_session_s_does_not_end_with_it()
    {
        await using var rig = await CreateRigAsync(
            "select 1 as one where false",
            $" where {Frees} is not null and pg_catalog.pg_advisory_xact_lock({Key}) is not null");
        bool? isFree = null;
        _aws.Faults.Fail(AwsService.S3, when: request =>
        {
            if (request.Operation == "PUT" && request.Target.Contains("counted.csv", StringComparison.Ordinal))
            {
                using var connection = new NpgsqlConnection(rig.ConnectionString);
                connection.Open();
                using var ask = new NpgsqlCommand($"select pg_try_advisory_lock({Key})", connection);
                isFree = (bool)ask.ExecuteScalar()!;
            }

            return false;
        });
        await using var worker = await rig.StartAsync();
        await rig.DropRowsAsync("orders", 3);

        await rig.NotifiedAsync("succeeded");

        Assert.False(isFree);
    }

    /// <summary>A passing fault of the database's, for which a run waits, is not what this looks like.</summary>
    [Fact]
    public async Task A_trigger_that_makes_the_transaction_read_only_fails_the_run()
    {
        await using var rig = await CreateRigAsync("select 1 as one where false");
        await rig.ExecuteAsync(
            """
            create function public.closes() returns trigger language plpgsql as
            'begin set transaction read only; return null; end';
            create trigger closes after insert on public.counted for each statement execute function public.closes()
            """);
        await using var worker = await rig.StartAsync();
        await rig.DropRowsAsync("orders", 3);

        Assert.Contains("made the transaction read-only", (await rig.NotifiedAsync("failed")).Body, StringComparison.Ordinal);
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
