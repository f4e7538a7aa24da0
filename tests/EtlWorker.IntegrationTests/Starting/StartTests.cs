using System.Net;
using EtlWorker.IntegrationTests.Rigging;
using EtlWorker.StandIns;
using EtlWorker.StandIns.Http;
using Xunit;

namespace EtlWorker.IntegrationTests.Starting;

/// <summary>How the worker starts where something is wrong, and how it stops.</summary>
public sealed class StartTests(PostgresServer postgres) : IAsyncLifetime
{
    private LocalAws _aws = null!;

    public async ValueTask InitializeAsync() => _aws = await LocalAws.StartAsync(cancellationToken: TestContext.Current.CancellationToken);

    public ValueTask DisposeAsync() => _aws.DisposeAsync();

    [Fact]
    public async Task Bad_configuration_names_every_fault_at_once_and_exits_78()
    {
        var environment = new Dictionary<string, string>
        {
            ["AWS_REGION"] = "us-east-1",
            ["ETLWORKER__QUEUE__URI"] = "http://127.0.0.1/000000000000/drops",
            ["ETLWORKER__PIPELINE__BUCKET"] = "landing",
            ["ETLWORKER__PIPELINE__DEFINITION"] = "/nowhere/pipeline.json",
            ["ETLWORKER__DATABASE__CONNECTIONSTRING"] = "Host=127.0.0.1;Database=etl;Pasword=secret",
            ["ETLWORKER__NOTIFY__TOPICARN"] = "http://not-an-arn",
        };
        await using var worker = WorkerProcess.Start(environment);

        Assert.Equal(78, await worker.ExitAsync(TestContext.Current.CancellationToken));

        Assert.Contains("5 faults", worker.Output, StringComparison.Ordinal);
        Assert.Contains("QUEUE__URL is missing", worker.Output, StringComparison.Ordinal);
        Assert.Contains("QUEUE__URI is not a key of etlworker", worker.Output, StringComparison.Ordinal);
        Assert.Contains("/nowhere/pipeline.json: no such file", worker.Output, StringComparison.Ordinal);
        Assert.Contains("DATABASE__CONNECTIONSTRING is no connection string", worker.Output, StringComparison.Ordinal);
        Assert.Contains("NOTIFY__TOPICARN is no topic ARN", worker.Output, StringComparison.Ordinal);
        Assert.DoesNotContain("secret", worker.Output, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_bad_queue_url_is_a_fault_of_the_configuration()
    {
        await using var rig = await CreateRigAsync();
        rig.Environment["ETLWORKER__QUEUE__URL"] = "drops";
        await using var worker = WorkerProcess.Start(rig.Environment);
        Assert.Equal(78, await worker.ExitAsync(rig.Token));
        Assert.Contains("QUEUE__URL is no queue URL", worker.Output, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("Port=99999")]
    [InlineData("Minimum Pool Size=20")]
    [InlineData("Multiplexing=true")]
    public async Task Connection_options_that_cannot_be_used_are_faults_of_the_configuration(string option)
    {
        var environment = new Dictionary<string, string>
        {
            ["ETLWORKER__DATABASE__CONNECTIONSTRING"] = $"Host=127.0.0.1;Database=none;Username=postgres;{option}",
        };
        await using var worker = WorkerProcess.Start(environment, "migrate");
        Assert.Equal(78, await worker.ExitAsync(TestContext.Current.CancellationToken));
        Assert.Contains("DATABASE__CONNECTIONSTRING", worker.Output, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_verb_that_does_not_exist_exits_2()
    {
        await using var worker = WorkerProcess.Start(new Dictionary<string, string>(), "conquer");
        Assert.Equal(2, await worker.ExitAsync(TestContext.Current.CancellationToken));
    }

    [Fact]
    public async Task Migrate_twice_and_from_two_workers_at_once_gives_one_schema()
    {
        await using var rig = await Rig.CreateEmptyAsync(postgres, _aws.Endpoint, TestContext.Current.CancellationToken);
        await Task.WhenAll(rig.MigrateAsync(), rig.MigrateAsync());
        await rig.MigrateAsync();

        Assert.Equal(7_670, await rig.QueryAsync<long>("select count(*) from if_common.dim_dates"));
        Assert.Equal(4, await rig.QueryAsync<long>(
            "select count(*) from pg_namespace where nspname in ('etl', 'staging', 'if_common', 'analytics')"));
        await rig.QueryAsync<long>("select count(*) from etl.run_history, etl.latest_run");
    }

    [Fact]
    public async Task A_queue_out_of_reach_at_start_is_retried_until_it_answers()
    {
        await using var rig = await CreateRigAsync();
        using var sample = new SampleDirectory(orders: 100);
        _aws.Faults.MakeUnreachable(AwsService.Sqs);
        await using var worker = WorkerProcess.Start(rig.Environment);
        await worker.SeeAsync("is out of reach", rig.Token);

        _aws.Faults.Restore(AwsService.Sqs);
        await worker.SeeAsync("Listening on", rig.Token);
        await rig.DropRequiredAsync(sample.Path);
        Assert.Equal("succeeded", (await rig.Aws.NextNoticeAsync(rig.Token)).Attributes["status"]);
    }

    [Fact]
    public async Task A_database_down_at_start_is_retried_until_it_is_up()
    {
        await using var rig = await CreateRigAsync();
        using var sample = new SampleDirectory(orders: 100);
        await using var proxy = new TcpProxy(new IPEndPoint(IPAddress.Loopback, postgres.Port));
        rig.Use(proxy);
        await using var worker = WorkerProcess.Start(rig.Environment);
        await rig.DropRequiredAsync(sample.Path);
        await worker.SeeAsync("The ledger is out of reach", rig.Token);
        // What could not be recorded was not deleted.
        Assert.Equal(4, await rig.Aws.QueuedAsync(rig.Token));

        proxy.Open();
        Assert.Equal("succeeded", (await rig.Aws.NextNoticeAsync(rig.Token)).Attributes["status"]);
    }

    [Fact]
    public async Task Sigterm_ends_the_idle_worker_with_exit_code_0()
    {
        await using var rig = await CreateRigAsync();
        await using var worker = await rig.StartAsync();
        Assert.Equal(0, await worker.StopAsync(rig.Token));
        Assert.Contains("etlworker stopped", worker.Output, StringComparison.Ordinal);
    }

    private Task<Rig> CreateRigAsync() => Rig.CreateAsync(postgres, _aws.Endpoint, null, TestContext.Current.CancellationToken);
}
