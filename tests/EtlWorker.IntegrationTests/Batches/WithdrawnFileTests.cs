using Amazon.S3;
using Amazon.S3.Model;
using EtlWorker.IntegrationTests.Rigging;
using EtlWorker.StandIns;
using EtlWorker.StandIns.Http;
using Xunit;

namespace EtlWorker.IntegrationTests.Batches;

/// <summary>Files that are deleted while their set waits, and files that S3 shows late.</summary>
public sealed class WithdrawnFileTests(PostgresServer postgres) : IAsyncLifetime
{
    private LocalAws _aws = null!;

    public async ValueTask InitializeAsync() => _aws = await LocalAws.StartAsync(cancellationToken: TestContext.Current.CancellationToken);

    public ValueTask DisposeAsync() => _aws.DisposeAsync();

    [Theory]
    [InlineData(true, "{}", "")]
    [InlineData(true, "{}", "\"mode\": \"append\"")]
    [InlineData(true, """{ "when": "marker", "object": "in/.SUCCESS" }""", "")]
    [InlineData(false, "{}", "")]
    public async Task A_file_that_was_deleted_while_its_set_waited_is_not_loaded_and_the_set_waits_for_it(
        bool isVersioned, string trigger, string mode)
    {
        await using var rig = await CreateRigAsync(isVersioned, trigger, mode);
        await using var worker = await rig.StartAsync();
        await rig.DropRowsAsync("orders", 3);
        await rig.UntilAsync("select count(*) = 1 from etl.drop");
        await rig.Aws.S3.DeleteObjectAsync(rig.Aws.Bucket, "in/orders.csv", rig.Token);
        // What was notified of long ago, and is not there, is deleted, whatever S3 shows late.
        await rig.ExecuteAsync("update etl.drop set received_at = received_at - interval '1 hour'");
        await CompleteAsync(rig, trigger);

        Assert.Contains("in/orders.csv", (await rig.NotifiedAsync("gone")).Body, StringComparison.Ordinal);
        Assert.Equal("gone", await rig.QueryAsync<string>("select disposition from etl.drop where feed = 'orders'"));
        Assert.Equal(0, await rig.QueryAsync<long>("select count(*) from etl.run"));

        await rig.DropRowsAsync("orders", 4);
        await CompleteAsync(rig, trigger);
        await rig.NotifiedAsync("succeeded");
        Assert.Equal(4, await rig.RowsAsync("orders"));
    }

    [Theory]
    [InlineData("HEAD")]
    [InlineData("GET")]
    public async Task A_file_that_S3_does_not_show_for_a_while_after_its_event_is_waited_for(string operation)
    {
        await using var rig = await CreateRigAsync(false, "{}", "");
        rig.Environment["ETLWORKER__RUN__ATTEMPTS"] = "1";
        _aws.Faults.Fail(
            AwsService.S3, int.MaxValue, 404, "NoSuchKey",
            request => request.Operation == operation && request.Target.Contains("/in/orders.csv", StringComparison.Ordinal));
        await using var worker = await rig.StartAsync();
        await rig.DropRowsAsync("orders", 3);
        await rig.DropRowsAsync("reviews", 2);
        await worker.SeeAsync("the source does not show", rig.Token);
        await rig.UntilAsync(() => Task.FromResult(worker.Output.Split("the source does not show").Length > 3));
        _aws.Faults.Clear();

        await rig.NotifiedAsync("succeeded");
        Assert.Equal("orders loaded, reviews loaded", await rig.DropsAsync());
    }

    private static async Task CompleteAsync(Rig rig, string trigger)
    {
        await rig.DropRowsAsync("reviews", 2);
        if (trigger.Contains("marker", StringComparison.Ordinal))
        {
            await rig.UntilAsync("select exists (select from etl.drop where feed = 'reviews' and disposition = 'pending')");
            await rig.DropAsync("in/.SUCCESS", "");
        }
    }

    private async Task<Rig> CreateRigAsync(bool isVersioned, string trigger, string mode)
    {
        var rig = await Rig.CreateAsync(postgres, _aws.Endpoint, null, TestContext.Current.CancellationToken);
        if (!isVersioned)
        {
            await rig.Aws.S3.PutBucketVersioningAsync(
                new PutBucketVersioningRequest
                {
                    BucketName = rig.Aws.Bucket,
                    VersioningConfig = new S3BucketVersioningConfig { Status = VersionStatus.Suspended },
                }, rig.Token);
        }

        await rig.DefineAsync(trigger, $"orders {mode}".TrimEnd(), "reviews");
        return rig;
    }
}
