using Amazon.S3;
using Amazon.S3.Model;
using EtlWorker.IntegrationTests.Rigging;
using EtlWorker.StandIns;
using EtlWorker.StandIns.Http;
using Xunit;

namespace EtlWorker.IntegrationTests.Recovery;

/// <summary>Objects that are deleted or overwritten between the claim and the read, in a bucket that keeps no versions.</summary>
public sealed class ChangedObjectTests(PostgresServer postgres) : IAsyncLifetime
{
    private const string BeginOfLoad = "create trigger block before insert on etl.run_stage for each row when (new.stage = 'load')";
    private LocalAws _aws = null!;

    public async ValueTask InitializeAsync() => _aws = await LocalAws.StartAsync(cancellationToken: TestContext.Current.CancellationToken);

    public ValueTask DisposeAsync() => _aws.DisposeAsync();

    [Fact]
    public async Task A_file_overwritten_after_the_claim_is_gone_and_its_run_goes_on_with_what_is_there_now()
    {
        await using var rig = await CreateRigAsync();
        await using var block = await Roadblock.RaiseAsync(rig, BeginOfLoad);
        await using var worker = await DropSetAsync(rig, block);

        _aws.Faults.DeliverCopies(rig.Aws.QueueName, 0);
        await rig.DropRowsAsync("reviews", 5, "corrected");
        await block.LiftAsync();

        Assert.Contains("continues with what is there now", (await rig.NotifiedAsync("gone")).Body, StringComparison.Ordinal);
        var told = await rig.NotifiedAsync("succeeded");
        Assert.Equal((3L, 5L), (await rig.RowsAsync("orders"), await rig.RowsAsync("reviews")));
        Assert.Equal("orders loaded, reviews gone, reviews loaded", await rig.DropsAsync());
        Assert.Contains("attempt 1 of ", told.Body, StringComparison.Ordinal);
        Assert.Equal(1, await rig.QueryAsync<long>("select count(*) from etl.run"));
    }

    [Fact]
    public async Task A_file_deleted_after_the_claim_gives_the_claim_back_and_the_day_is_unused()
    {
        await using var rig = await CreateRigAsync();
        await using var block = await Roadblock.RaiseAsync(rig, BeginOfLoad);
        await using var worker = await DropSetAsync(rig, block);

        await rig.Aws.S3.DeleteObjectAsync(rig.Aws.Bucket, "in/reviews.csv", rig.Token);
        await block.LiftAsync();

        Assert.Contains("the day is unused", (await rig.NotifiedAsync("gone")).Body, StringComparison.Ordinal);
        Assert.Equal((0L, 0L), (await rig.QueryAsync<long>("select count(*) from etl.run"), await rig.RowsAsync("orders")));
        Assert.Equal("orders pending, reviews gone", await rig.DropsAsync());

        await rig.DropRowsAsync("reviews", 4, "again");
        await rig.NotifiedAsync("succeeded");
        Assert.Equal((3L, 4L), (await rig.RowsAsync("orders"), await rig.RowsAsync("reviews")));
    }

    [Fact]
    public async Task A_file_that_was_gone_and_is_dropped_again_as_it_was_counts()
    {
        await using var rig = await CreateRigAsync();
        await using var block = await Roadblock.RaiseAsync(rig, BeginOfLoad);
        await using var worker = await DropSetAsync(rig, block);
        await rig.Aws.S3.DeleteObjectAsync(rig.Aws.Bucket, "in/reviews.csv", rig.Token);
        await block.LiftAsync();
        await rig.NotifiedAsync("gone");

        await rig.DropRowsAsync("reviews", 2);

        await rig.NotifiedAsync("succeeded");
        Assert.Equal((3L, 2L), (await rig.RowsAsync("orders"), await rig.RowsAsync("reviews")));
        Assert.Equal("orders loaded, reviews gone, reviews loaded", await rig.DropsAsync());
    }

    [Fact]
    public async Task A_stop_of_the_worker_does_not_make_a_deleted_file_use_the_day()
    {
        await using var rig = await CreateRigAsync();
        await using var block = await Roadblock.RaiseAsync(rig, BeginOfLoad);
        await using (var stopped = await DropSetAsync(rig, block))
        {
            Assert.Equal(0, await stopped.StopAsync(rig.Token));
        }

        await rig.Aws.S3.DeleteObjectAsync(rig.Aws.Bucket, "in/reviews.csv", rig.Token);
        await block.LiftAsync();
        await using var worker = await rig.StartAsync();

        Assert.Contains("the day is unused", (await rig.NotifiedAsync("gone")).Body, StringComparison.Ordinal);
        Assert.Equal(0, await rig.QueryAsync<long>("select count(*) from etl.run"));
    }

    [Fact]
    public async Task While_S3_cannot_say_what_is_there_now_the_attempt_ended_by_the_change_and_not_by_a_death()
    {
        await using var rig = await CreateRigAsync();
        await using var block = await Roadblock.RaiseAsync(rig, BeginOfLoad);
        await using var worker = await DropSetAsync(rig, block);
        _aws.Faults.Fail(AwsService.S3, int.MaxValue, when: request => request.Operation == "HEAD");
        await rig.DropRowsAsync("reviews", 5, "corrected");
        await block.LiftAsync();
        await rig.UntilAsync("select attempt > 1 from etl.run");
        _aws.Faults.Clear();

        var told = (await rig.NotifiedAsync("succeeded")).Body;
        Assert.Contains("in/reviews.csv was deleted or overwritten after its event", told, StringComparison.Ordinal);
        Assert.DoesNotContain("nothing was noted", told, StringComparison.Ordinal);
    }

    private static async Task<WorkerProcess> DropSetAsync(Rig rig, Roadblock block)
    {
        var worker = await rig.StartAsync();
        await rig.DropRowsAsync("orders", 3);
        await rig.DropRowsAsync("reviews", 2);
        await block.ReachedAsync();
        return worker;
    }

    private async Task<Rig> CreateRigAsync()
    {
        var rig = await Rig.CreateAsync(postgres, _aws.Endpoint, null, TestContext.Current.CancellationToken);
        await rig.Aws.S3.PutBucketVersioningAsync(
            new PutBucketVersioningRequest
            {
                BucketName = rig.Aws.Bucket,
                VersioningConfig = new S3BucketVersioningConfig { Status = VersionStatus.Suspended },
            }, rig.Token);
        await rig.DefineAsync("{}", "orders", "reviews");
        return rig;
    }
}
