using EtlWorker.IntegrationTests.Rigging;
using EtlWorker.StandIns;
using Xunit;

namespace EtlWorker.IntegrationTests.Recovery;

/// <summary>Whose definition a retry takes, which pipeline it means, whether anybody is there, and how it is waited for.</summary>
public sealed class RetryCommandTests(PostgresServer postgres) : IAsyncLifetime
{
    private LocalAws _aws = null!;

    public async ValueTask InitializeAsync() => _aws = await LocalAws.StartAsync(cancellationToken: TestContext.Current.CancellationToken);

    public ValueTask DisposeAsync() => _aws.DisposeAsync();

    [Fact]
    public async Task A_retry_takes_the_definition_of_the_worker_and_not_that_of_the_shell()
    {
        await using var rig = await CreateRigAsync();
        await rig.WriteAsync("counted.sql", "select count(*) as n from public.nowhere");
        var old = await rig.RegisterWorkerAsync();
        await using (var worker = await rig.StartAsync())
        {
            await rig.DropRowsAsync("orders", 3);
            await rig.NotifiedAsync("failed");
            await rig.WriteAsync("counted.sql", "select count(*) as n from public.orders");

            var (exit, said) = await RetryAsync(rig);

            Assert.Equal(0, exit);
            Assert.Matches($"Definition {old[..12]} of worker .+, not [0-9a-f]{{12}} of this configuration", said);
            Assert.Contains("when it looks again (PIPELINE__REFRESH)", said, StringComparison.Ordinal);
            await rig.NotifiedAsync("failed");
            Assert.Equal(old, await rig.QueryAsync<string>("select definition_hash from etl.run"));
        }

        await rig.SilenceWorkersAsync("1 hour");
        var corrected = await rig.RegisterWorkerAsync("test:2");
        await using var restarted = await rig.StartAsync();
        var again = await RetryAsync(rig);
        Assert.Contains($"Definition {corrected[..12]}, that of worker ", again.Said, StringComparison.Ordinal);
        await rig.NotifiedAsync("succeeded");
        Assert.Equal(corrected, await rig.QueryAsync<string>("select definition_hash from etl.run"));
    }

    [Fact]
    public async Task Where_no_worker_was_ever_seen_the_shell_s_definition_counts_and_that_is_said()
    {
        await using var rig = await CreateRigAsync();
        await FailAsync(rig);
        await rig.ExecuteAsync("delete from etl.worker");

        var (exit, said) = await RetryAsync(rig);

        Assert.Equal(0, exit);
        Assert.Contains("of this configuration: no worker of retail is running", said, StringComparison.Ordinal);
        Assert.Contains("No worker of retail has been seen: nothing happens until one runs. See systemctl status etlworker", said,
            StringComparison.Ordinal);
        await using var worker = await rig.StartAsync();
        await rig.NotifiedAsync("succeeded");
    }

    [Fact]
    public async Task Of_a_worker_that_was_stopped_the_definition_does_not_count_any_more()
    {
        await using var rig = await CreateRigAsync();
        await rig.WriteAsync("counted.sql", "select count(*) as n from public.nowhere");
        await using (var worker = await rig.StartAsync())
        {
            await rig.DropRowsAsync("orders", 3);
            await rig.NotifiedAsync("failed");
            await worker.StopAsync(rig.Token);
        }

        await rig.WriteAsync("counted.sql", "select count(*) as n from public.orders");
        var (exit, said) = await RetryAsync(rig);

        Assert.Equal(0, exit);
        Assert.Contains("of this configuration: no worker of retail is running", said, StringComparison.Ordinal);
        Assert.Matches(@"No worker of retail has been seen since \d{4}-\d\d-\d\d \d\d:\d\d:\d\d UTC: nothing happens until one runs", said);
        await using var restarted = await rig.StartAsync();
        await rig.NotifiedAsync("succeeded");
    }

    [Fact]
    public async Task A_retry_that_nobody_is_there_to_make_says_since_when_and_stands()
    {
        await using var rig = await CreateRigAsync();
        await FailAsync(rig);
        await rig.RegisterWorkerAsync();
        await rig.SilenceWorkersAsync("121 seconds");
        var since = await rig.QueryAsync<string>(
            "select to_char(max(seen_at) at time zone 'UTC', 'YYYY-MM-DD HH24:MI:SS') from etl.worker");

        var (exit, said) = await RetryAsync(rig, "--wait");

        Assert.Equal(1, exit);
        Assert.Contains($"No worker of retail has been seen since {since} UTC: nothing happens until one runs", said,
            StringComparison.Ordinal);
        Assert.Contains("waits for a worker, and none is there. The retry stands", said, StringComparison.Ordinal);
        await using var worker = await rig.StartAsync();
        await rig.NotifiedAsync("succeeded");
    }

    [Fact]
    public async Task Who_waits_sees_how_far_the_run_has_come_and_gets_its_outcome()
    {
        await using var rig = await CreateRigAsync();
        await FailAsync(rig);
        await rig.RegisterWorkerAsync();
        await using var worker = await rig.StartAsync();

        var (exit, said) = await RetryAsync(rig, "--wait");

        Assert.Equal(0, exit);
        Assert.EndsWith(": succeeded", said.TrimEnd(), StringComparison.Ordinal);
        Assert.DoesNotContain("attempt 1", said, StringComparison.Ordinal);
        Assert.DoesNotContain("No worker", said, StringComparison.Ordinal);
        await rig.WriteAsync(
            "counted.sql", "select count(*) as n from public.orders where 1 / (select count(*) - 3 from public.orders) > 0");
        await RestartAsync(rig, worker);
        await using var restarted = await rig.StartAsync();
        var failed = await RetryAsync(rig, "--wait");
        Assert.Equal(1, failed.Exit);
        Assert.Contains("division by zero", failed.Said, StringComparison.Ordinal);
        Assert.Contains("The date stays succeeded.", failed.Said, StringComparison.Ordinal);
        Assert.Contains(": the retry failed; the date stays succeeded", failed.Said, StringComparison.Ordinal);
        Assert.DoesNotMatch(@"Run \d+: succeeded", failed.Said);
    }

    [Fact]
    public async Task Who_waits_for_a_run_that_fails_or_cannot_be_delivered_gets_a_failure()
    {
        await using var rig = await CreateRigAsync();
        await FailAsync(rig, "number\n1\n");
        await rig.RegisterWorkerAsync();
        await using (var worker = await rig.StartAsync())
        {
            var (exit, said) = await RetryAsync(rig, "--wait");
            Assert.Equal(1, exit);
            Assert.Contains("is failed. The notice says what to do. Cause: in/orders.csv, line 1", said, StringComparison.Ordinal);
            await rig.DropRowsAsync("orders", 3);
            await rig.UntilAsync("select count(*) = 2 from etl.drop");
        }

        rig.Environment["ETLWORKER__PIPELINE__RESULTSBUCKET"] = $"results-{Guid.NewGuid():N}";
        await using var undelivering = await rig.StartAsync();
        var parked = await RetryAsync(rig, "--wait");
        Assert.Equal(1, parked.Exit);
        Assert.Contains(
            "is committed. The notice says what to do. Cause: S3: the bucket does not exist", parked.Said, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_command_that_was_mailed_for_another_pipeline_changes_nothing()
    {
        await using var rig = await CreateRigAsync();
        var failed = await FailAsync(rig);
        Assert.Contains($"etlworker retry {failed.Attributes["run_date"]} --pipeline retail --reason \"...\"", failed.Body,
            StringComparison.Ordinal);
        rig.Define(pipeline => pipeline["name"] = "wholesale");

        var (exit, said) = await RetryAsync(rig, "--pipeline", "retail");

        Assert.Equal(2, exit);
        Assert.Contains("This configuration is that of pipeline wholesale, not of retail: nothing was changed", said,
            StringComparison.Ordinal);
        Assert.Equal("failed", await rig.QueryAsync<string>("select state from etl.run"));
    }

    /// <summary>A date whose run failed, with a file that is good unless told otherwise; its worker is gone.</summary>
    private static async Task<ReceivedNotice> FailAsync(Rig rig, string? orders = null)
    {
        await rig.ExecuteAsync("alter table public.orders rename to away");
        await using var worker = await rig.StartAsync();
        await rig.DropAsync("in/orders.csv", orders ?? "id,note\n1,x\n2,x\n3,x\n");
        var failed = await rig.NotifiedAsync("failed");
        await rig.ExecuteAsync("alter table public.away rename to orders");
        return failed;
    }

    /// <summary>As systemctl restart does, as far as the ledger sees it.</summary>
    private static async Task RestartAsync(Rig rig, WorkerProcess worker)
    {
        await worker.StopAsync(rig.Token);
        await rig.SilenceWorkersAsync("1 hour");
        await rig.RegisterWorkerAsync();
    }

    private static async Task<(int Exit, string Said)> RetryAsync(Rig rig, params string[] more) => await rig.CommandAsync(
        ["retry", await rig.QueryAsync<string>("select run_date::text from etl.run"), "--reason", "corrected", .. more]);

    private async Task<Rig> CreateRigAsync()
    {
        var rig = await Rig.CreateAsync(postgres, _aws.Endpoint, null, TestContext.Current.CancellationToken);
        await rig.DefineAsync("{}", "orders");
        return rig;
    }
}
