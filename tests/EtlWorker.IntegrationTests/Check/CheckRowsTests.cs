using System.Text.Json.Nodes;
using EtlWorker.IntegrationTests.Rigging;
using EtlWorker.StandIns;
using Xunit;

namespace EtlWorker.IntegrationTests.Check;

/// <summary>The rows that a check finds: kept over the rollback, counted, located, bounded.</summary>
public sealed class CheckRowsTests(PostgresServer postgres) : IAsyncLifetime
{
    private LocalAws _aws = null!;

    public async ValueTask InitializeAsync() => _aws = await LocalAws.StartAsync(cancellationToken: TestContext.Current.CancellationToken);

    public ValueTask DisposeAsync() => _aws.DisposeAsync();

    [Fact]
    public async Task They_outlive_the_failed_run_and_are_counted_and_located_in_its_notice()
    {
        await using var rig = await CreateRigAsync("select id, note from public.orders where id > 1 order by id");
        // From a run of long ago, and from another one.
        await rig.ExecuteAsync(
            """
            insert into etl.definition (hash, pipeline, document, sql, first_used_at) values ('h', 'retail', '', '{}', now());
            insert into etl.run (
                pipeline, run_date, as_of, time_zone, origin, state, attempt, definition_hash, worker, claimed_at, ended_at, error)
            select 'retail', now() - age, now() - age, 'UTC', 'manual', 'failed', 1, 'h', 'w', now() - age, now() - age, 'x'
            from (values (interval '91 days'), (interval '89 days')) as run (age);
            insert into etl.run_check (run_id, attempt, check_name, verdict, rows_found, checked_at)
            select id, 1, 'found', 'failed', 1, claimed_at from etl.run;
            insert into etl.check_row (run_id, attempt, check_name, row_number, content, is_cut)
            select id, 1, 'found', 1, '{}', false from etl.run
            """);
        await using (await rig.StartAsync())
        {
            await rig.DropAsync("in/orders.csv", "id,note\n1,good\n2,secret\n3,\"a \"\"b\"\", c\"\n");
            var body = (await rig.NotifiedAsync("failed")).Body;

            Assert.Contains("- found (failed): 2 rows, kept", body, StringComparison.Ordinal);
            Assert.Contains($"To look at: s3://{rig.Aws.Bucket}/rejected/retail/", body, StringComparison.Ordinal);
            Assert.Contains("select check_name, content from etl.check_row where run_id = 3", body, StringComparison.Ordinal);
            Assert.DoesNotContain("secret", body, StringComparison.Ordinal);
        }

        Assert.Equal(0, await rig.RowsAsync("orders"));
        Assert.Equal("2 1, 3 1, 3 2", await rig.QueryAsync<string>(
            "select string_agg(run_id || ' ' || row_number, ', ' order by run_id, row_number) from etl.check_row"));
        Assert.Equal("failed 2", await rig.QueryAsync<string>("select verdict || ' ' || rows_found from etl.run_check where run_id = 3"));
        var date = await rig.QueryAsync<string>("select run_date::text from etl.run where id = 3");
        Assert.Equal(
            "row_number,is_cut,content\r\n"
                + "1,false,\"{\"\"id\"\":2,\"\"note\"\":\"\"secret\"\"}\"\r\n"
                + "2,false,\"{\"\"id\"\":3,\"\"note\"\":\"\"a \\\"\"b\\\"\", c\"\"}\"\r\n",
            await rig.Aws.ReadAsync($"rejected/retail/{date}/checks/found.csv", rig.Token));

        // The next attempt finds none: what the first one wrote is no longer there.
        await rig.WriteAsync("found.sql", "select 1 as one where false");
        await using var second = await rig.StartAsync();
        var (exit, said) = await rig.CommandAsync("retry", date, "--reason", "corrected");
        Assert.True(exit == 0, said);
        Assert.DoesNotContain("checks found", (await rig.NotifiedAsync("succeeded")).Body, StringComparison.Ordinal);
        Assert.Equal(
            "row_number,is_cut,content\r\n", await rig.Aws.ReadAsync($"rejected/retail/{date}/checks/found.csv", rig.Token));
    }

    /// <summary>What JSON cannot hold as it is, or not at all, fails no run.</summary>
    [Theory]
    [InlineData("select 'NaN'::numeric as n, 'Infinity'::float8 as f", """{"n":"NaN","f":"Infinity"}""")]
    [InlineData("select 'infinity'::date as d, '-infinity'::timestamptz as t", """{"d":"infinity","t":"-infinity"}""")]
    [InlineData(@"select '\x00ff'::bytea as b, null as n, 'ü'::text as u", """{"b":"\\x00ff","n":null,"u":"ü"}""")]
    [InlineData("select 1 as a, 2 as a", """{"a":1,"a":2}""")]
    [InlineData("select from public.orders where id = 1", "{}")]
    [InlineData("select 7 as offending, 8 as kept, 9 as content", """{"offending":7,"kept":8,"content":9}""")]
    [InlineData("select array[1, null] as a, row(1, 'x') as r", """{"a":[1,null],"r":{"f1":1,"f2":"x"}}""")]
    public async Task A_row_of_any_types_is_kept(string sql, string content)
    {
        await using var rig = await CreateRigAsync(sql, """{ "name": "found", "sql": "found.sql", "severity": "warn" }""");
        await using var worker = await rig.StartAsync();
        await rig.DropRowsAsync("orders", 3);

        Assert.Contains("- found (warned): 1 row, kept", (await rig.NotifiedAsync("succeeded")).Body, StringComparison.Ordinal);

        Assert.Equal(content, await rig.QueryAsync<string>("select content from etl.check_row"));
    }

    [Fact]
    public async Task Of_millions_of_rows_the_first_thousand_are_kept_each_to_its_first_4096_characters()
    {
        await using var rig = await CreateRigAsync(
            "select g as n, repeat('ä', 5000) as wide from generate_series(1, 2000000) as g",
            """{ "name": "found / all", "sql": "found.sql", "severity": "warn" }""");
        await using var worker = await rig.StartAsync();
        await rig.DropRowsAsync("orders", 3);

        var body = (await rig.NotifiedAsync("succeeded")).Body;

        Assert.Contains("- found / all (warned): 2,000,000 rows, the first 1,000 of them are kept", body, StringComparison.Ordinal);
        Assert.Contains("checks/found%20%2F%20all.csv", body, StringComparison.Ordinal);
        Assert.Equal("1000 4096 true 1", await rig.QueryAsync<string>(
            """
            select concat_ws(' ', count(*), max(length(content)), bool_and(is_cut)::text, count(*) filter (where content like '{"n":1,%'))
            from etl.check_row
            """));
    }

    /// <summary>
    /// PostgreSQL may end with an internal error where it makes JSON of a row, as of one of 512 MB, and Npgsql ends the session.
    /// </summary>
    [Fact]
    public async Task Rows_whose_reading_ends_the_session_are_counted_and_the_run_goes_on()
    {
        await using var rig = await CreateRigAsync(
            "select 'idle'::public.mood as m from public.orders", """{ "name": "found", "sql": "found.sql", "severity": "warn" }""");
        await rig.ExecuteAsync(
            """
            create type public.mood as enum ('idle');
            create function public.as_json(public.mood) returns json language plpgsql as
            'begin raise exception using errcode = ''XX000'', message = ''broken''; end';
            create cast (public.mood as json) with function public.as_json(public.mood)
            """);
        await using var worker = await rig.StartAsync();
        await rig.DropRowsAsync("orders", 3);

        await rig.NotifiedAsync("succeeded");

        Assert.Equal("2 warned 3 0", await rig.QueryAsync<string>(
            """
            select concat_ws(' ', run.attempt, verdict, rows_found, (select count(*) from etl.check_row))
            from etl.run_check join etl.run on run.id = run_id
            """));
    }

    [Fact]
    public async Task The_rows_of_a_date_that_is_retried_after_90_days_are_kept()
    {
        await using var rig = await CreateRigAsync(
            "select id from public.orders", """{ "name": "found", "sql": "found.sql", "severity": "warn" }""");
        rig.Define(pipeline => pipeline["checks"]!.AsArray().Add(
            JsonNode.Parse("""{ "name": "again", "sql": "found.sql", "severity": "warn" }""")));
        await using var worker = await rig.StartAsync();
        await rig.DropRowsAsync("orders", 3);
        await rig.NotifiedAsync("succeeded");
        var date = await rig.QueryAsync<string>("select run_date::text from etl.run");
        await rig.ExecuteAsync(
            """
            update etl.run set claimed_at = claimed_at - interval '100 days';
            update etl.run_check set checked_at = checked_at - interval '100 days'
            """);

        var (exit, said) = await rig.CommandAsync("retry", date, "--reason", "again");
        Assert.True(exit == 0, said);
        await rig.NotifiedAsync("succeeded");

        Assert.Equal(
            "again 3, found 3", await rig.QueryAsync<string>(
                """
                select string_agg(check_name || ' ' || n, ', ' order by check_name)
                from (select check_name, count(*) as n from etl.check_row where attempt = 2 group by 1) as kept
                """));
    }

    [Theory]
    [InlineData("""{ "warn": { "max": 1 }, "fail": { "max": 2 } }""", "failed", "found 3 rows; it may find 2 rows", "failed 3")]
    [InlineData("""{ "warn": { "max": 1 }, "fail": { "max": 3 } }""", "succeeded", "found 3 rows; it may find 1 row", "warned 3")]
    [InlineData("""{ "warn": { "max": 3 } }""", "succeeded", "", "passed 3")]
    [InlineData(
        """{ "fail": { "maxPercent": 50 }, "of": "public.orders" }""", "failed",
        "found 3 rows of 5 in public.orders; it may find 50 %", "failed 3 5")]
    [InlineData("""{ "fail": { "maxPercent": 60 }, "of": "public.orders" }""", "succeeded", "", "passed 3 5")]
    public async Task Warn_and_fail_have_limits_of_their_own(string limits, string status, string told, string expected)
    {
        var check = JsonNode.Parse(limits)!.AsObject();
        (check["name"], check["sql"]) = ("found", "found.sql");
        await using var rig = await CreateRigAsync("select id from public.orders where id > 2", check.ToJsonString());
        await using var worker = await rig.StartAsync();
        await rig.DropRowsAsync("orders", 5);

        var body = (await rig.NotifiedAsync(status)).Body;

        Assert.Contains(told, body, StringComparison.Ordinal);
        Assert.Equal(told.Length > 0, body.Contains("check found", StringComparison.Ordinal));
        Assert.Equal(expected, await rig.QueryAsync<string>("select concat_ws(' ', verdict, rows_found, rows_of) from etl.run_check"));
    }

    private async Task<Rig> CreateRigAsync(string sql, string check = """{ "name": "found", "sql": "found.sql" }""")
    {
        var rig = await Rig.CreateAsync(postgres, _aws.Endpoint, null, TestContext.Current.CancellationToken);
        await rig.DefineAsync("{}", "orders");
        await rig.WriteAsync("found.sql", sql);
        rig.Define(pipeline => pipeline["checks"] = new JsonArray(JsonNode.Parse(check)));
        return rig;
    }
}
