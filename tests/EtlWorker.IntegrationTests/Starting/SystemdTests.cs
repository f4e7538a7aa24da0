using System.Net;
using System.Text.Json;
using EtlWorker.IntegrationTests.Rigging;
using EtlWorker.StandIns;
using EtlWorker.StandIns.Http;
using Xunit;

namespace EtlWorker.IntegrationTests.Starting;

/// <summary>What the real binary tells systemd and the journal.</summary>
public sealed class SystemdTests(PostgresServer postgres) : IAsyncLifetime
{
    private static readonly string[] Stages = ["load", "check", "analyse", "commit", "export", "notify"];

    private LocalAws _aws = null!;

    public async ValueTask InitializeAsync() => _aws = await LocalAws.StartAsync(cancellationToken: TestContext.Current.CancellationToken);

    public ValueTask DisposeAsync() => _aws.DisposeAsync();

    [Fact]
    public async Task A_day_s_run_as_systemctl_status_shows_it()
    {
        await using var rig = await CreateRigAsync();
        using var systemd = await SystemdManager.CreateAsync();
        using var sample = new SampleDirectory(orders: 100);
        await using var worker = systemd.Start(rig);
        var start = await systemd.UntilAsync($"STATUS=Listening on {rig.Aws.QueueName}; idle", rig.Token);
        if (!start.Contains("READY=1"))
        {
            await systemd.UntilAsync("READY=1", rig.Token);
        }

        await rig.DropRequiredAsync(sample.Path);
        await rig.NotifiedAsync("succeeded");
        var run = (await systemd.UntilAsync($"STATUS=Listening on {rig.Aws.QueueName}; idle", rig.Token))
            .Where(told => told.StartsWith("STATUS=", StringComparison.Ordinal));
        var date = await rig.QueryAsync<DateOnly>("select run_date from etl.run");
        Assert.Equal(
            Stages.Select(stage => $"STATUS=Listening on {rig.Aws.QueueName}; run 1 of {date:yyyy-MM-dd}: {stage}")
                .Append($"STATUS=Listening on {rig.Aws.QueueName}; idle"),
            run);
        await systemd.UntilAsync("WATCHDOG=1", rig.Token);

        var stopped = worker.StopAsync(rig.Token);
        var stop = await systemd.UntilAsync("STATUS=Stopping: idle", rig.Token);
        Assert.Equal(0, await stopped);
        Assert.Contains("STOPPING=1", stop);
    }

    [Fact]
    public async Task Stopped_in_a_run_it_says_so_until_it_is_over()
    {
        await using var rig = await CreateRigAsync();
        using var systemd = await SystemdManager.CreateAsync();
        using var sample = new SampleDirectory(orders: 100);
        await using var roadblock = await Roadblock.RaiseAsync(
            rig, "create trigger roadblock before insert on staging.shipment_deliveries");
        await using var worker = systemd.Start(rig);
        await rig.DropRequiredAsync(sample.Path);
        await roadblock.ReachedAsync();

        Assert.Equal(0, await worker.StopAsync(rig.Token));

        await systemd.UntilAsync(
            told => told.StartsWith("STATUS=Stopping: run 1 of ", StringComparison.Ordinal) && told.EndsWith(
                ": load", StringComparison.Ordinal), rig.Token);
        await systemd.UntilAsync("STATUS=Stopping: idle", rig.Token);
    }

    [Fact]
    public async Task A_ledger_that_was_out_of_reach_is_not_said_to_be_while_a_run_that_was_left_is_loaded()
    {
        await using var rig = await CreateRigAsync();
        using var systemd = await SystemdManager.CreateAsync();
        using var sample = new SampleDirectory(orders: 100);
        await using var roadblock = await Roadblock.RaiseAsync(
            rig, "create trigger roadblock before insert on staging.shipment_deliveries");
        await using (var first = WorkerProcess.Start(rig.Environment))
        {
            await rig.DropRequiredAsync(sample.Path);
            await roadblock.ReachedAsync();
            // A message that came again would be recorded, and that alone would say that the ledger answers.
            await rig.UntilAsync(async () => await rig.Aws.QueuedAsync(rig.Token) == 0);
            first.Kill();
            await roadblock.TurnAwayAsync();
        }

        await using var proxy = new TcpProxy(new IPEndPoint(IPAddress.Loopback, postgres.Port));
        rig.Use(proxy);
        await using var second = systemd.Start(rig);
        await systemd.UntilAsync(told => told.StartsWith("STATUS=Ledger out of reach since", StringComparison.Ordinal), rig.Token);
        proxy.Open();

        // The first that is said of the load: for as long as that takes nothing else is said.
        var loading = (
            await systemd.UntilAsync(
                told => told.StartsWith("STATUS=", StringComparison.Ordinal) && told.EndsWith(": load", StringComparison.Ordinal),
                rig.Token))[^1];
        Assert.DoesNotContain("out of reach", loading, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Neither_a_queue_nor_a_ledger_out_of_reach_keeps_it_from_its_signs_of_life()
    {
        await using var rig = await CreateRigAsync();
        using var systemd = await SystemdManager.CreateAsync();
        await using var proxy = new TcpProxy(new IPEndPoint(IPAddress.Loopback, postgres.Port));
        rig.Use(proxy);
        _aws.Faults.MakeUnreachable(AwsService.Sqs);
        await using var worker = systemd.Start(rig);

        // While nothing can be recorded the queue is not asked.
        await systemd.UntilAsync(told => told.StartsWith("STATUS=Ledger out of reach since 20", StringComparison.Ordinal)
            && told.EndsWith(" UTC; idle", StringComparison.Ordinal), rig.Token);
        await systemd.UntilAsync("WATCHDOG=1", rig.Token);
        await systemd.UntilAsync("WATCHDOG=1", rig.Token);
        proxy.Open();
        await systemd.UntilAsync(told => told.StartsWith("STATUS=Queue out of reach since 20", StringComparison.Ordinal), rig.Token);
        await systemd.UntilAsync("WATCHDOG=1", rig.Token);
        await systemd.UntilAsync("WATCHDOG=1", rig.Token);

        _aws.Faults.Restore(AwsService.Sqs);
        await systemd.UntilAsync($"STATUS=Listening on {rig.Aws.QueueName}; idle", rig.Token);
    }

    [Fact]
    public async Task In_JSON_each_line_says_in_fields_which_pipeline_run_and_stage_it_is_about()
    {
        await using var rig = await CreateRigAsync();
        rig.Environment["ETLWORKER__LOG__FORMAT"] = "json";
        using var sample = new SampleDirectory(orders: 100);
        await using var worker = await rig.StartAsync();
        await rig.DropRequiredAsync(sample.Path);
        await rig.NotifiedAsync("succeeded");
        await worker.SeeAsync("Notice sent: ", rig.Token);
        Assert.Equal(0, await worker.StopAsync(rig.Token));

        var lines = worker.Output.Split('\n', StringSplitOptions.RemoveEmptyEntries)
            .Select(line => JsonDocument.Parse(line).RootElement).ToList();
        // The worker's own lines: its start, its queue, its end.
        var own = lines.Where(line => !line.TryGetProperty("Pipeline", out _)).ToList();
        Assert.Equal(["etlworker ", "Listening ", "etlworker "], own.Select(line => line.GetProperty("@m").GetString()![..10]));
        Assert.All(
            lines.Where(line => line.TryGetProperty("Pipeline", out _)),
            line => Assert.Equal("retail", line.GetProperty("Pipeline").GetString()));
        var date = $"{await rig.QueryAsync<DateOnly>("select run_date from etl.run"):yyyy-MM-dd}";
        (string, string?)[] said = [("The set of ", null), ("Loaded ", "load"), (" succeeded: ", null), ("Notice sent: ", null)];
        foreach (var (words, stage) in said)
        {
            var about = lines.Where(line => line.GetProperty("@m").GetString()!.Contains(words, StringComparison.Ordinal)).ToList();
            Assert.NotEmpty(about);
            Assert.All(about, line => Assert.Equal(
                (1, date, stage),
                (
                    line.GetProperty("RunId").GetInt32(), line.GetProperty("RunDate").GetString(),
                    line.TryGetProperty("Stage", out var of) ? of.GetString() : null)));
        }

        var first = lines[0].GetProperty("@m").GetString()!;
        Assert.StartsWith("etlworker \"", first, StringComparison.Ordinal);
        Assert.Contains("no password over a connection within this machine", first, StringComparison.Ordinal);
    }

    private Task<Rig> CreateRigAsync() => Rig.CreateAsync(postgres, _aws.Endpoint, null, TestContext.Current.CancellationToken);
}
