using EtlWorker.IntegrationTests.Rigging;
using EtlWorker.StandIns;
using Xunit;

namespace EtlWorker.IntegrationTests.Manual;

/// <summary><c>etlworker run</c>, through the real binary: one set to its end, beside the service.</summary>
public sealed class ManualRunTests(PostgresServer postgres) : IAsyncLifetime
{
    private const string Append = """events "mode": "append" """;
    private const string OptionalAppend = """events "mode": "append", "required": false """;
    private readonly DirectoryInfo _files = Directory.CreateTempSubdirectory("etlworker-run-");
    private readonly DirectoryInfo _results = Directory.CreateTempSubdirectory("etlworker-results-");
    private LocalAws _aws = null!;

    public async ValueTask InitializeAsync() => _aws = await LocalAws.StartAsync(cancellationToken: TestContext.Current.CancellationToken);

    public async ValueTask DisposeAsync()
    {
        await _aws.DisposeAsync();
        _files.Delete(recursive: true);
        _results.Delete(recursive: true);
    }

    [Fact]
    public async Task A_folder_s_files_are_loaded_analysed_and_exported_without_any_key_of_AWS()
    {
        await using var rig = await CreateRigAsync("orders", Append);
        await WriteAsync("some/where/orders.csv", "id,note\n1,x\n2,x\n");
        await WriteAsync("events.csv", "id,note\n7,x\n");

        var (exit, said) = await RunAsync(rig, "--date", "2026-03-02", "--as-of", "2026-02-27");

        Assert.True(exit == 0, said);
        Assert.Contains("2026-03-02 SUCCEEDED: 3 rows loaded", said, StringComparison.Ordinal);
        Assert.Equal(
            "manual succeeded 2026-03-02 2026-02-27",
            await rig.QueryAsync<string>("select concat_ws(' ', origin, state, run_date, as_of) from etl.run"));
        Assert.Equal("2", await rig.QueryAsync<string>("select n::text from public.counted where ingestion_date = '2026-03-02'"));
        Assert.Equal(
            "ingestion_date,n\n2026-03-02,2\n",
            await File.ReadAllTextAsync(Path.Combine(_results.FullName, "out", "counted.csv"), rig.Token));
        Assert.Equal("shown", await rig.QueryAsync<string>("select message_id from etl.notification"));
    }

    [Fact]
    public async Task A_snapshot_is_replaced_by_each_run_and_what_appends_is_loaded_once_whatever_its_name()
    {
        await using var rig = await CreateRigAsync("orders", OptionalAppend);
        await WriteAsync("orders.csv", "id,note\n1,x\n2,x\n");
        Assert.Equal(0, (await RunAsync(rig)).Exit);
        await WriteAsync("orders.csv", "id,note\n3,x\n");
        await WriteAsync("in/events.csv", "id,note\n7,x\n");
        Assert.Equal(0, (await RunAsync(rig)).Exit);
        Assert.Equal(1, await rig.RowsAsync("orders"));

        var (exit, said) = await RunAsync(rig);
        Assert.Equal(1, exit);
        Assert.Contains("in/events.csv has the bytes of in/events.csv, which run 2", said, StringComparison.Ordinal);
        Directory.Move(Path.Combine(_files.FullName, "in"), Path.Combine(_files.FullName, "else"));
        (exit, said) = await RunAsync(rig);
        Assert.Equal(1, exit);
        Assert.Contains("else/events.csv has the bytes of in/events.csv", said, StringComparison.Ordinal);
        Assert.Equal(2, await rig.QueryAsync<long>("select count(*) from etl.run"));
        Assert.Equal(1, await rig.RowsAsync("events"));
    }

    [Fact]
    public async Task What_is_there_twice_is_refused_where_it_appends()
    {
        await using var rig = await CreateRigAsync(Append);
        rig.Define(pipeline => pipeline["feeds"]![0]!["object"] = "in/events-*.csv");
        await WriteAsync("in/events-1.csv", "id,note\n7,x\n");
        await WriteAsync("in/events-2.csv", "id,note\n7,x\n");

        var (exit, said) = await RunAsync(rig);

        Assert.Equal(1, exit);
        Assert.Contains("in/events-2.csv has the bytes of in/events-1.csv: feed events appends", said, StringComparison.Ordinal);
        Assert.Equal(0, await rig.QueryAsync<long>("select count(*) from etl.drop"));
    }

    [Fact]
    public async Task Nothing_to_load_ends_with_3_and_a_set_that_lacks_a_file_with_1()
    {
        await using var rig = await CreateRigAsync("orders", "reviews");
        await WriteAsync("other.csv", "id,note\n");
        var (exit, said) = await RunAsync(rig);
        Assert.Equal(3, exit);
        Assert.Contains("other.csv: no feed takes it", said, StringComparison.Ordinal);

        await WriteAsync("orders.csv", "id,note\n1,x\n");
        (exit, said) = await RunAsync(rig);
        Assert.Equal(1, exit);
        Assert.Contains("no file for reviews", said, StringComparison.Ordinal);
        Assert.Equal(0, await rig.QueryAsync<long>("select count(*) from etl.run"));
    }

    [Fact]
    public async Task One_that_fails_leaves_everything_as_it_was_and_says_why()
    {
        await using var rig = await CreateRigAsync("orders", OptionalAppend);
        await WriteAsync("orders.csv", "id,note\n1,x\n");
        Assert.Equal(0, (await RunAsync(rig)).Exit);
        await WriteAsync("orders.csv", "id,wrong\n2,x\n");
        await WriteAsync("events.csv", "id,note\n7,x\n");

        var (exit, said) = await RunAsync(rig);

        Assert.Equal(1, exit);
        Assert.Contains("FAILED at load: nothing was changed", said, StringComparison.Ordinal);
        Assert.Contains("give the command again", said, StringComparison.Ordinal);
        Assert.Equal("1", await rig.QueryAsync<string>("select string_agg(id::text, ',') from public.orders"));
        Assert.Equal(0, await rig.RowsAsync("events"));
        await WriteAsync("orders.csv", "id,note\n2,x\n");
        Assert.Equal(0, (await RunAsync(rig)).Exit);
        Assert.Equal(1, await rig.RowsAsync("events"));
    }

    [Theory]
    [InlineData("before insert on public.events for each statement", true)]
    [InlineData("before insert on public.counted for each statement", true)]
    [InlineData("before update on etl.run for each row when (new.state = 'succeeded')", true)]
    [InlineData("before insert on public.events for each statement", false)]
    [InlineData("before update on etl.run for each row when (new.state = 'succeeded')", false)]
    public async Task Killed_or_stopped_at_any_moment_a_set_is_loaded_once(string moment, bool isKilled)
    {
        await using var rig = await CreateRigAsync(Append);
        await WriteAsync("events.csv", "id,note\n7,x\n8,x\n");
        await using (var roadblock = await Roadblock.RaiseAsync(rig, $"create trigger roadblock {moment}"))
        {
            await using var first = WorkerProcess.Start(rig.Environment, Arguments(rig, []));
            await roadblock.ReachedAsync();
            if (isKilled)
            {
                first.Kill();
                await first.ExitAsync(rig.Token);
            }
            else
            {
                Assert.Equal(1, await first.StopAsync(rig.Token));
            }

            await roadblock.LiftAsync();
        }

        var (exit, said) = await RunAsync(rig);
        Assert.True(exit == 0, said);

        Assert.Equal(2, await rig.RowsAsync("events"));
        Assert.Equal(1, await rig.QueryAsync<long>("select count(*) from etl.run where state = 'succeeded'"));
        Assert.Equal(0, await rig.QueryAsync<long>("select count(*) from etl.run where state in ('claimed', 'committed')"));
        Assert.True(File.Exists(Path.Combine(_results.FullName, "out", "counted.csv")));
    }

    [Fact]
    public async Task Results_that_could_not_be_written_are_written_by_the_next_command()
    {
        await using var rig = await CreateRigAsync(Append);
        await WriteAsync("events.csv", "id,note\n7,x\n");
        // Where a folder is to be made there is a file.
        await File.WriteAllTextAsync(Path.Combine(_results.FullName, "out"), "", rig.Token);
        var (exit, said) = await RunAsync(rig);
        Assert.Equal(1, exit);
        Assert.Contains("LOADED, NOT EXPORTED", said, StringComparison.Ordinal);
        File.Delete(Path.Combine(_results.FullName, "out"));

        (exit, said) = await RunAsync(rig);

        Assert.True(exit == 0, said);
        Assert.Contains("SUCCEEDED", said, StringComparison.Ordinal);
        Assert.Equal(1, await rig.RowsAsync("events"));
        Assert.True(File.Exists(Path.Combine(_results.FullName, "out", "counted.csv")));
    }

    [Fact]
    public async Task What_an_earlier_command_had_loaded_does_not_hide_that_this_one_s_set_is_refused()
    {
        await using var rig = await CreateRigAsync(Append);
        rig.Define(pipeline => pipeline["feeds"]![0]!["object"] = "in/events-*.csv");
        await WriteAsync("in/events-1.csv", "id,note\n7,x\n");
        await File.WriteAllTextAsync(Path.Combine(_results.FullName, "out"), "", rig.Token);
        Assert.Equal(1, (await RunAsync(rig)).Exit);
        File.Delete(Path.Combine(_results.FullName, "out"));
        await WriteAsync("in/events-2.csv", "id,note\n8,x\n");

        var (exit, said) = await RunAsync(rig);

        Assert.Equal(1, exit);
        Assert.Contains("in/events-1.csv has the bytes of in/events-1.csv", said, StringComparison.Ordinal);
        Assert.Equal("succeeded", await rig.QueryAsync<string>("select string_agg(state, ',') from etl.run"));
    }

    [Fact]
    public async Task Stopped_after_its_run_has_ended_it_begins_no_other()
    {
        await using var rig = await CreateRigAsync("orders");
        await WriteAsync("orders.csv", "id,note\n1,x\n");
        // A topic that never answers.
        using var silent = new System.Net.Sockets.TcpListener(System.Net.IPAddress.Loopback, 0);
        silent.Start();
        rig.Environment["ETLWORKER__NOTIFY__TOPICARN"] = "arn:aws:sns:us-east-1:000000000000:notices";
        rig.Environment["AWS_ENDPOINT_URL_SNS"] = $"http://{silent.LocalEndpoint}";
        (rig.Environment["AWS_REGION"], rig.Environment["AWS_ACCESS_KEY_ID"]) = ("us-east-1", "test");
        rig.Environment["AWS_SECRET_ACCESS_KEY"] = "test";
        await using var command = WorkerProcess.Start(rig.Environment, Arguments(rig, []));
        await command.SeeAsync("succeeded: results are in place", rig.Token);
        using (await silent.AcceptSocketAsync(rig.Token))
        {
            Assert.Equal(0, await command.StopAsync(rig.Token));
        }

        Assert.Equal("succeeded", await rig.QueryAsync<string>("select string_agg(state, ',') from etl.run"));
    }

    [Fact]
    public async Task Files_of_the_service_s_own_folder_are_not_named()
    {
        await using var rig = await CreateRigAsync("orders");
        rig.Environment["ETLWORKER__PIPELINE__SOURCE"] = $"file://{_files.FullName}";
        await WriteAsync("in/orders.csv", "id,note\n1,x\n");
        var (exit, said) = await RunAsync(rig);
        Assert.Equal(2, exit);
        Assert.Contains("Leave out --files.", said, StringComparison.Ordinal);
        rig.Environment["ETLWORKER__PIPELINE__STABLEFOR"] = "00:00:01";

        (exit, said) = await rig.CommandAsync("run", DefinitionOf(rig));

        Assert.True(exit == 0, said);
        Assert.Equal(1, await rig.RowsAsync("orders"));
    }

    [Fact]
    public async Task Its_results_are_not_its_files_and_refused_rows_have_a_folder_of_the_run()
    {
        await using var rig = await CreateRigAsync("orders");
        rig.Define(pipeline => pipeline["rejects"] = System.Text.Json.Nodes.JsonNode.Parse("""{ "max": 10, "maxPercent": 100 }"""));
        rig.Environment["ETLWORKER__PIPELINE__RESULTS"] = $"file://{Path.Combine(_files.FullName, "results")}";
        await WriteAsync("orders.csv", "id,note\n1,x\nno,x\n");
        Assert.Equal(0, (await RunAsync(rig, "--date", "2026-03-02")).Exit);
        var refused = Path.Combine(_files.FullName, "results", "rejected", "retail", "2026-03-02", "run-1", "orders.csv");
        Assert.Contains("no,x", await File.ReadAllTextAsync(refused, rig.Token), StringComparison.Ordinal);

        var (exit, said) = await RunAsync(rig, "--date", "2026-03-02");

        Assert.True(exit == 0, said);
        Assert.Contains("1 row loaded, 1 refused", said, StringComparison.Ordinal);
    }

    [Fact]
    public async Task What_the_service_would_have_found_waits_for_it_where_the_run_fails()
    {
        await using var rig = await Rig.CreateAsync(postgres, _aws.Endpoint, null, TestContext.Current.CancellationToken);
        await rig.DefineAsync("{}", Append);
        await rig.ExecuteAsync("alter table public.counted rename to counted_away");
        await rig.DropAsync("in/events.csv", "id,note\n7,x\n");
        var (exit, said) = await rig.CommandAsync("run", DefinitionOf(rig));
        Assert.True(exit == 1, said);
        Assert.Equal("events pending", await rig.DropsAsync());
        await rig.ExecuteAsync("alter table public.counted_away rename to counted");

        await using var worker = await rig.StartAsync();

        await rig.NotifiedAsync("succeeded");
        Assert.Equal("events loaded", await rig.DropsAsync());
        Assert.Equal(1, await rig.RowsAsync("events"));
    }

    [Fact]
    public async Task A_file_by_which_the_service_s_run_failed_is_left_to_a_person()
    {
        await using var rig = await Rig.CreateAsync(postgres, _aws.Endpoint, null, TestContext.Current.CancellationToken);
        await rig.DefineAsync("{}", Append);
        rig.Define(pipeline => pipeline["feeds"]![0]!["object"] = "in/events-*.csv");
        await using (var worker = await rig.StartAsync())
        {
            await rig.DropAsync("in/events-1.csv", "id,wrong\n7,x\n");
            await rig.NotifiedAsync("failed");
        }

        await rig.DropAsync("in/events-2.csv", "id,note\n8,x\n");
        var (exit, said) = await rig.CommandAsync("run", DefinitionOf(rig));
        Assert.True(exit == 0, said);
        Assert.Equal(1, await rig.RowsAsync("events"));
        (exit, said) = await rig.CommandAsync("run", DefinitionOf(rig));
        Assert.Equal(3, exit);
        Assert.Contains("in/events-1.csv: a run failed by it: etlworker retry", said, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Of_the_bucket_s_objects_a_snapshot_is_the_service_s_as_well_and_what_appends_is_loaded_once()
    {
        await using var rig = await Rig.CreateAsync(postgres, _aws.Endpoint, null, TestContext.Current.CancellationToken);
        await rig.DefineAsync("{}", "orders", OptionalAppend);
        await rig.DropAsync("in/orders.csv", "id,note\n1,x\n");
        await rig.DropAsync("in/events.csv", "id,note\n7,x\n");

        var (exit, said) = await rig.CommandAsync("run", DefinitionOf(rig));
        Assert.True(exit == 0, said);
        Assert.Equal((1, 1), (await rig.RowsAsync("orders"), await rig.RowsAsync("events")));

        await using var worker = await rig.StartAsync();
        await rig.NotifiedAsync("succeeded");
        await rig.UntilAsync("select exists (select from etl.run where origin = 'event' and state = 'succeeded')");
        Assert.Equal((1, 1), (await rig.RowsAsync("orders"), await rig.RowsAsync("events")));
        Assert.Equal(
            "events loaded listing, orders loaded manual, orders loaded s3",
            await rig.QueryAsync<string>(
                """
                select string_agg(concat_ws(' ', feed, disposition, source), ', ' order by feed, id) from etl.drop where feed is not null
                """));
    }

    [Fact]
    public async Task A_run_of_the_service_that_has_not_ended_is_the_service_s()
    {
        await using var rig = await Rig.CreateAsync(postgres, _aws.Endpoint, null, TestContext.Current.CancellationToken);
        await rig.DefineAsync("{}", "orders");
        await using (var roadblock = await Roadblock.RaiseAsync(
            rig, "create trigger roadblock before insert on public.orders for each statement"))
        {
            await using var worker = await rig.StartAsync();
            await rig.DropAsync("in/orders.csv", "id,note\n1,x\n");
            await roadblock.ReachedAsync();
            worker.Kill();
            await roadblock.LiftAsync();
        }

        var (exit, said) = await rig.CommandAsync("run", DefinitionOf(rig));

        Assert.Equal(1, exit);
        Assert.Contains("has begun and not ended. A worker goes on with it", said, StringComparison.Ordinal);
        Assert.Equal(0, await rig.RowsAsync("orders"));
    }

    private async Task<Rig> CreateRigAsync(params string[] feeds)
    {
        var rig = await Rig.CreateAsync(postgres, _aws.Endpoint, null, TestContext.Current.CancellationToken);
        await rig.DefineAsync("{}", feeds);
        rig.ForgetAws();
        rig.Environment.Remove("ETLWORKER__NOTIFY__TOPICARN");
        rig.Environment["ETLWORKER__PIPELINE__RESULTS"] = $"file://{_results.FullName}";
        return rig;
    }

    private Task<(int Exit, string Said)> RunAsync(Rig rig, params string[] options) => rig.CommandAsync(Arguments(rig, options));

    private string[] Arguments(Rig rig, string[] options) => ["run", DefinitionOf(rig), "--files", _files.FullName, .. options];

    private static string DefinitionOf(Rig rig) => rig.Environment["ETLWORKER__PIPELINE__DEFINITION"];

    private Task WriteAsync(string path, string text)
    {
        var file = Path.Combine(_files.FullName, path);
        Directory.CreateDirectory(Path.GetDirectoryName(file)!);
        return File.WriteAllTextAsync(file, text, TestContext.Current.CancellationToken);
    }
}
