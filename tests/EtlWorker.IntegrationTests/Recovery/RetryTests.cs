using EtlWorker.IntegrationTests.Rigging;
using EtlWorker.StandIns;
using Xunit;

namespace EtlWorker.IntegrationTests.Recovery;

/// <summary><c>etlworker retry</c>, as a notice tells a person to use it.</summary>
public sealed class RetryTests(PostgresServer postgres) : IAsyncLifetime
{
    private LocalAws _aws = null!;

    public async ValueTask InitializeAsync() => _aws = await LocalAws.StartAsync(cancellationToken: TestContext.Current.CancellationToken);

    public ValueTask DisposeAsync() => _aws.DisposeAsync();

    [Fact]
    public async Task A_failed_date_is_retried_with_the_corrected_file_that_was_held()
    {
        await using var rig = await CreateRigAsync();
        using var sample = new SampleDirectory(orders: 300);
        await using var worker = await rig.StartAsync();
        await rig.DropRequiredAsync(sample.Path, (name, text) => name == "orders.csv" ? text.Replace("customer_id", "client") : text);
        var failed = await rig.Aws.NextNoticeAsync(rig.Token);
        Assert.Equal("failed", failed.Attributes["status"]);
        var date = failed.Attributes["run_date"];
        Assert.Contains($"etlworker retry {date} --pipeline retail --reason", failed.Body, StringComparison.Ordinal);
        await using (var corrected = File.OpenRead(Path.Combine(sample.Path, "orders.csv")))
        {
            await rig.Aws.DropAsync("orders_data/orders.csv", corrected, rig.Token);
        }

        Assert.Equal("held", (await rig.Aws.NextNoticeAsync(rig.Token)).Attributes["status"]);
        var (exit, said) = await RetryAsync(rig, date, "--reason", "header corrected");

        Assert.Equal(0, exit);
        Assert.Contains("is returned to the workers with 3 drops", said, StringComparison.Ordinal);
        var told = await rig.Aws.NextNoticeAsync(rig.Token);
        Assert.Equal("succeeded", told.Attributes["status"]);
        Assert.Contains("Retried    header corrected", told.Body, StringComparison.Ordinal);
        Assert.Equal(failed.Attributes["run_id"], told.Attributes["run_id"]);
        Assert.Equal(300, await rig.QueryAsync<long>("select count(*) from staging.orders"));
        Assert.Equal("loaded 3, superseded 1", await rig.QueryAsync<string>(
            "select string_agg(disposition || ' ' || n, ', ' order by disposition) "
                + "from (select disposition, count(*) as n from etl.drop where feed is not null group by 1) as counted"));
    }

    [Fact]
    public async Task Loaded_but_not_exported_is_told_and_a_retry_goes_on_with_the_export()
    {
        await using var rig = await CreateRigAsync();
        using var sample = new SampleDirectory(orders: 300);
        var results = $"results-{Guid.NewGuid():N}";
        rig.Environment["ETLWORKER__PIPELINE__RESULTSBUCKET"] = results;
        await using var worker = await rig.StartAsync();
        await rig.DropRequiredAsync(sample.Path);

        var told = await rig.Aws.NextNoticeAsync(rig.Token);
        Assert.Equal("not_exported", told.Attributes["status"]);
        Assert.Contains("LOADED, NOT EXPORTED", told.Subject, StringComparison.Ordinal);
        Assert.Contains($"the bucket does not exist: {results}\n", told.Body, StringComparison.Ordinal);
        Assert.Equal(300, await rig.QueryAsync<long>("select count(*) from staging.orders"));
        var loaded = await rig.QueryAsync<string>("select string_agg(attempt || feed || seconds, ' ' order by feed) from etl.run_feed");

        // However often its load was begun: what is committed is only ever carried forward.
        await rig.ExecuteAsync("update etl.run set attempt = 9");
        await rig.Aws.S3.PutBucketAsync(results, rig.Token);
        Assert.Equal(0, (await RetryAsync(rig, told.Attributes["run_date"], "--reason", "bucket made")).Exit);

        Assert.Equal("succeeded", (await rig.Aws.NextNoticeAsync(rig.Token)).Attributes["status"]);
        Assert.Equal(
            loaded, await rig.QueryAsync<string>("select string_agg(attempt || feed || seconds, ' ' order by feed) from etl.run_feed"));
        using var exported = await rig.Aws.S3.GetObjectAsync(results, "analytics_export/retail/agg_shipments.csv", rig.Token);
        Assert.True(exported.ContentLength > 0);
    }

    [Fact]
    public async Task A_retry_says_what_it_cannot_do()
    {
        await using var rig = await CreateRigAsync();

        Assert.Equal(3, (await RetryAsync(rig, "2026-01-01", "--reason", "x")).Exit);
        Assert.Equal(2, (await RetryAsync(rig, "yesterday", "--reason", "x")).Exit);
        Assert.Equal(2, (await RetryAsync(rig, "2026-01-01")).Exit);
    }

    private static async Task<(int Exit, string Said)> RetryAsync(Rig rig, params string[] arguments)
    {
        await using var retry = WorkerProcess.Start(rig.Environment, ["retry", .. arguments]);
        var exit = await retry.ExitAsync(rig.Token);
        return (exit, retry.Output);
    }

    private async Task<Rig> CreateRigAsync()
    {
        var rig = await Rig.CreateAsync(postgres, _aws.Endpoint, null, TestContext.Current.CancellationToken);
        // A retry from another process is seen at the next look.
        rig.Environment["ETLWORKER__RUN__INTERVAL"] = "00:00:01";
        return rig;
    }
}
