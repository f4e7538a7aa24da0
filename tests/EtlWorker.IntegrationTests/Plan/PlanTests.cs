using System.Globalization;
using System.Text.Json.Nodes;
using EtlWorker.IntegrationTests.Rigging;
using EtlWorker.StandIns;
using Xunit;

namespace EtlWorker.IntegrationTests.Plan;

/// <summary>What <c>etlworker plan</c> says is what a run then does, and nothing of it stays.</summary>
public sealed class PlanTests(PostgresServer postgres) : IAsyncLifetime
{
    private readonly string _files = Directory.CreateTempSubdirectory("etlworker-plan-").FullName;
    private LocalAws _aws = null!;

    public async ValueTask InitializeAsync() => _aws = await LocalAws.StartAsync(cancellationToken: TestContext.Current.CancellationToken);

    public async ValueTask DisposeAsync()
    {
        await _aws.DisposeAsync();
        Directory.Delete(_files, recursive: true);
    }

    [Fact]
    public async Task What_it_says_is_what_the_run_then_does()
    {
        await using var rig = await CreateRigAsync("orders", """events "mode": "append" """);
        // The table refuses these rows, and not the reader of the file.
        await rig.ExecuteAsync("alter table public.orders add check (note <> 'bad')");
        const string orders = "id,note\n1,x\n2,bad\nthree,x\n4,x\n4,again\n5,x\n";
        const string events = "id,note\n7,x\n";
        await WriteAsync("in/orders.csv", orders);
        await WriteAsync("events.csv", events);
        rig.Define(pipeline => pipeline["rejects"] = JsonNode.Parse("""{ "max": 10, "maxPercent": 100 }"""));
        var before = await EverythingAsync(rig);

        var (exit, report) = await PlanAsync(rig);

        Assert.Equal(0, exit);
        Assert.Equal(before, await EverythingAsync(rig));
        await using var worker = await rig.StartAsync();
        await rig.DropAsync("in/orders.csv", orders);
        await rig.DropAsync("in/events.csv", events);
        await rig.NotifiedAsync("succeeded");
        Assert.Equal(
            await rig.QueryAsync<string>(
                """
                select string_agg(concat_ws(' ', feed, rows_read, rows_loaded, rows_rejected, bytes), ', ' order by feed)
                from etl.run_feed
                """),
            string.Join(", ", report["files"]!.AsArray().OrderBy(file => (string)file!["feed"]!, StringComparer.Ordinal).Select(file =>
                $"{file!["feed"]} {file["rowsRead"]} {file["rowsLoaded"]} {file["rowsRejected"]} {file["bytes"]}")));
        Assert.Equal(
            await rig.QueryAsync<string>(
                """
                select string_agg(concat_ws('|', feed, line_number, column_name, code, reason, raw_text), E'\n' order by line_number)
                from etl.reject
                """),
            string.Join('\n', report["rejects"]!.AsArray().Select(reject => string.Join('|', new[]
            {
                reject!["feed"], reject["line"], reject["column"], reject["code"], reject["reason"], reject["row"],
            }.Where(value => value is not null)))));
        Assert.Equal(
            await rig.QueryAsync<long>("select n from public.counted"),
            long.Parse((string)report["analyses"]![0]!["first"]![0]![0]!, CultureInfo.InvariantCulture));
        var day = (string)report["runDate"]!;
        Assert.Equal(
            ["out/counted.csv", $"out/{day}/counted.csv", $"rejected/retail/{day}/orders.csv"],
            report["exports"]!.AsArray().Select(export => (string)export!["key"]!));
    }

    [Fact]
    public async Task Killed_in_the_middle_of_a_load_it_leaves_nothing_and_until_then_it_has_the_lock()
    {
        await using var rig = await CreateRigAsync("orders");
        await rig.ExecuteAsync(
            """
            create function public.slow() returns trigger language plpgsql as 'begin perform pg_sleep(0.1); return new; end';
            create trigger slow before insert on public.orders for each row execute function public.slow();
            insert into public.orders values (0, 'kept');
            """);
        await WriteAsync("orders.csv", $"id,note\n{string.Concat(Enumerable.Range(1, 50).Select(id => $"{id},x\n"))}");
        var before = await EverythingAsync(rig);
        const string isLoading =
            "select exists (select from pg_stat_activity where application_name = 'etlworker plan' and query like 'copy %')";

        await using var plan = WorkerProcess.Start(rig.Environment, "plan", DefinitionOf(rig), "--files", _files);
        await rig.UntilAsync(isLoading);
        var isFree = await rig.QueryAsync<bool>("select pg_try_advisory_lock(hashtextextended('etlworker:run:retail', 0))");
        plan.Kill();
        await rig.UntilAsync("select not exists (select from pg_stat_activity where application_name = 'etlworker plan')");

        Assert.False(isFree);
        Assert.Contains("Until it ends it holds the pipeline's lock", plan.Output, StringComparison.Ordinal);
        Assert.Equal(before, await EverythingAsync(rig));
        Assert.True(await rig.QueryAsync<bool>("select pg_try_advisory_lock(hashtextextended('etlworker:run:retail', 0))"));
    }

    [Fact]
    public async Task Beyond_the_limit_it_reads_on_to_the_end_and_says_which_option_may_help()
    {
        await using var rig = await CreateRigAsync("orders");
        await rig.ExecuteAsync("alter table public.orders alter note type numeric(10,2) using null");
        await WriteAsync("orders.csv", $"id,note\n{string.Concat(Enumerable.Range(1, 12_000).Select(id => $"{id},\"{id},5\"\n"))}");
        var rejects = Path.Combine(_files, "..", $"rejects-{Guid.NewGuid():N}.csv");

        var (exit, said) = await rig.CommandAsync("plan", DefinitionOf(rig), "--files", _files, "--csv", rejects);

        Assert.Equal(1, exit);
        Assert.Contains("A run would fail at stage load. All of it was rolled back.", said, StringComparison.Ordinal);
        Assert.Contains(
            "feed orders: 12,000 of the 12,000 rows read were refused, more than 100 rows; the first at line 2, column note: ", said,
            StringComparison.Ordinal);
        Assert.Contains("Column note: the refused values seem to have a decimal comma; \"decimal\": \",\"", said, StringComparison.Ordinal);
        Assert.DoesNotContain("run_id", said, StringComparison.Ordinal);
        var lines = await File.ReadAllLinesAsync(rejects, rig.Token);
        File.Delete(rejects);
        Assert.Equal(12_001, lines.Length);
        Assert.StartsWith("orders.csv,orders,12001,note,numeric,", lines[^1], StringComparison.Ordinal);
        Assert.EndsWith(",\"12000,\"\"12000,5\"\"\"", lines[^1], StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_file_that_cannot_be_loaded_does_not_keep_the_others_from_being_read()
    {
        await using var rig = await CreateRigAsync("orders", "stock");
        await WriteAsync("orders.csv", "Report of today\n\nid,note\n1,x\n");
        await WriteAsync("stock.csv", "id,note\n1,x\ntwo,x\n");
        var before = await EverythingAsync(rig);

        var (exit, report) = await PlanAsync(rig);

        Assert.Equal(1, exit);
        Assert.Contains("\"skipLines\": 2 makes it the header.", (string)report["failures"]![0]!["remedy"]!, StringComparison.Ordinal);
        Assert.Equal([false, true], report["files"]!.AsArray().Select(file => (bool)file!["loads"]!));
        Assert.Equal("stock.csv", (string)Assert.Single(report["rejects"]!.AsArray())!["file"]!);
        Assert.Empty(report["analyses"]!.AsArray());
        Assert.Equal(before, await EverythingAsync(rig));
    }

    [Fact]
    public async Task Checks_and_analyses_that_would_fail_are_all_told()
    {
        await using var rig = await CreateRigAsync("orders");
        await WriteAsync("orders.csv", "id,note\n1,x\n");
        await rig.WriteAsync("any.sql", "select * from public.orders");
        await rig.WriteAsync("wrong.sql", "select 1 / (id - 1) as one from public.orders");
        await rig.WriteAsync("counted.sql", "select count(*) / 0 as n from public.orders");
        rig.Define(pipeline => pipeline["checks"] = JsonNode.Parse(
            """[{ "name": "wrong", "sql": "wrong.sql" }, { "name": "any", "sql": "any.sql" }]"""));

        var (exit, report) = await PlanAsync(rig);

        Assert.Equal(1, exit);
        Assert.Equal(["check", "check", "analyse"], report["failures"]!.AsArray().Select(failure => (string)failure!["stage"]!));
        Assert.Equal("check any found 1 row", (string)report["failures"]![1]!["cause"]!);
        Assert.Contains("division by zero", (string)report["failures"]![2]!["cause"]!, StringComparison.Ordinal);
        Assert.Null(report["analyses"]![0]!["rows"]);
    }

    [Fact]
    public async Task A_missing_file_and_one_that_no_feed_takes_are_told()
    {
        await using var rig = await CreateRigAsync("orders", "stock");
        var (exit, said) = await rig.CommandAsync("plan", DefinitionOf(rig), "--files", _files);
        Assert.Equal(3, exit);
        Assert.Contains("stock takes in/stock.csv", said, StringComparison.Ordinal);

        await WriteAsync("orders.csv", "id,note\n1,x\n");
        await WriteAsync("notes.txt", "x");
        (exit, said) = await rig.CommandAsync("plan", DefinitionOf(rig), "--files", _files);
        Assert.Equal(1, exit);
        Assert.Contains("A run would fail at stage plan.", said, StringComparison.Ordinal);
        Assert.Contains("no file for stock: a run waits for it", said, StringComparison.Ordinal);
        Assert.Contains("notes.txt  no feed takes it", said, StringComparison.Ordinal);
        Assert.Equal(2, (await rig.CommandAsync("plan", DefinitionOf(rig), "--files", Path.Combine(_files, "none"))).Exit);
    }

    [Fact]
    public async Task Without_files_it_reads_the_bucket_and_what_is_loaded_of_a_feed_that_appends_is_left()
    {
        await using var rig = await CreateRigAsync("orders", """events "mode": "append" """);
        rig.Define(pipeline => pipeline["feeds"]![1]!["object"] = "in/events-*.csv");
        await using (var worker = await rig.StartAsync())
        {
            await rig.DropRowsAsync("orders", 3);
            await rig.DropAsync("in/events-1.csv", "id,note\n1,x\n");
            await rig.NotifiedAsync("succeeded");
            await worker.StopAsync(rig.Token);
        }

        await rig.DropAsync("in/events-2.csv", "id,note\n2,x\n");
        var before = await EverythingAsync(rig);

        var (exit, report) = await PlanAsync(rig, "--json");

        Assert.Equal(0, exit);
        Assert.Equal(["in/orders.csv", "in/events-2.csv"], report["files"]!.AsArray().Select(file => (string)file!["file"]!));
        Assert.Contains("has its run already (succeeded)", (string)report["warnings"]![0]!, StringComparison.Ordinal);
        Assert.Equal(before, await EverythingAsync(rig));
    }

    [Fact]
    public async Task A_failure_s_notice_has_the_same_hint()
    {
        await using var rig = await CreateRigAsync("orders");
        await using var worker = await rig.StartAsync();
        await rig.DropAsync("in/orders.csv", "id;note\n1;x\n");

        var failed = await rig.NotifiedAsync("failed");

        Assert.Contains(
            "The header is one field, and semicolons would divide it into the table's columns: \"delimiter\": \";\".", failed.Body,
            StringComparison.Ordinal);
    }

    private async Task<Rig> CreateRigAsync(params string[] feeds)
    {
        var rig = await Rig.CreateAsync(postgres, _aws.Endpoint, null, TestContext.Current.CancellationToken);
        await rig.DefineAsync("{}", feeds);
        return rig;
    }

    private static string DefinitionOf(Rig rig) => rig.Environment["ETLWORKER__PIPELINE__DEFINITION"];

    private async Task WriteAsync(string path, string text)
    {
        var file = Path.Combine(_files, path);
        Directory.CreateDirectory(Path.GetDirectoryName(file)!);
        await File.WriteAllTextAsync(file, text, TestContext.Current.CancellationToken);
    }

    private Task<(int Exit, JsonNode Report)> PlanAsync(Rig rig) => PlanAsync(rig, "--files", _files, "--json");

    /// <summary>What it says beforehand is on standard error, and here before the report.</summary>
    private static async Task<(int Exit, JsonNode Report)> PlanAsync(Rig rig, params string[] options)
    {
        var (exit, said) = await rig.CommandAsync(["plan", DefinitionOf(rig), .. options]);
        var begins = said.IndexOf('{', StringComparison.Ordinal);
        return begins < 0
            ? throw new InvalidOperationException($"plan ended with {exit}: {said}")
            : (exit, JsonNode.Parse(said[begins..(said.LastIndexOf('}') + 1)])!);
    }

    /// <summary>All rows of all tables, the ledger's among them.</summary>
    private static Task<string> EverythingAsync(Rig rig) => rig.QueryAsync<string>(
        """
        select string_agg(
            format('%s.%s: %s', schemaname, tablename, query_to_xml(
                format('select t::text from %I.%I as t order by 1', schemaname, tablename), true, true, '')),
            E'\n' order by schemaname, tablename)
        from pg_tables where schemaname not in ('pg_catalog', 'information_schema')
        """);
}
