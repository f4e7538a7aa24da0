using Amazon.S3;
using Amazon.S3.Model;
using EtlWorker.IntegrationTests.Rigging;
using EtlWorker.StandIns;
using Xunit;

namespace EtlWorker.IntegrationTests.Recovery;

/// <summary>Drops whose event was lost, found by listing the bucket.</summary>
public sealed class MissedEventTests(PostgresServer postgres) : IAsyncLifetime
{
    private readonly ShiftedClock _clock = new() { Shift = TimeSpan.FromMinutes(-10) };
    private LocalAws _aws = null!;

    public async ValueTask InitializeAsync() => _aws = await LocalAws.StartAsync(new LocalAwsOptions { TimeProvider = _clock }, TestContext.Current.CancellationToken);

    public ValueTask DisposeAsync() => _aws.DisposeAsync();

    [Fact]
    public async Task What_was_lost_while_the_worker_was_away_is_found_at_its_start_and_what_is_told_late_changes_nothing()
    {
        await using var rig = await CreateRigAsync();
        await rig.DefineAsync("{}", "orders", "reviews");
        _aws.Faults.DeliverCopies(rig.Aws.QueueName, 0);
        await rig.DropRowsAsync("orders", 3);
        _aws.Faults.DeliverCopies(rig.Aws.QueueName, 1);
        _aws.Faults.Hold(rig.Aws.QueueName);
        await rig.DropRowsAsync("reviews", 2);
        await using var worker = await rig.StartAsync();

        await rig.ToldAsync("succeeded");
        Assert.Equal("listing listing", await rig.QueryAsync<string>("select string_agg(source, ' ' order by id) from etl.drop where feed is not null"));
        _aws.Faults.ReleaseReversed(rig.Aws.QueueName);
        await rig.UntilAsync(async () => await rig.Aws.QueuedAsync(rig.Token) == 0);

        Assert.Equal("orders loaded, reviews loaded", await rig.DropsAsync());
        Assert.Equal(1, await rig.QueryAsync<long>("select count(*) from etl.notification"));
    }

    [Fact]
    public async Task What_is_lost_while_the_worker_listens_is_found_at_the_next_listing()
    {
        await using var rig = await CreateRigAsync();
        await rig.DefineAsync("{}", "orders");
        rig.Environment["ETLWORKER__RECOVERY__INTERVAL"] = "00:00:01";
        await using var worker = await rig.StartAsync();
        _aws.Faults.DeliverCopies(rig.Aws.QueueName, 0);

        await rig.DropRowsAsync("orders", 3);

        await rig.ToldAsync("succeeded");
        await worker.SeeAsync("the queue has not told of was found by listing: in/orders.csv", rig.Token);
    }

    [Fact]
    public async Task What_landed_before_the_lookback_is_left_alone()
    {
        await using var rig = await CreateRigAsync();
        await rig.DefineAsync("""{ "lookback": "24:00" }""", "orders", "reviews");
        rig.Environment["ETLWORKER__RECOVERY__INTERVAL"] = "00:00:01";
        _aws.Faults.DeliverCopies(rig.Aws.QueueName, 0);
        _clock.Shift = TimeSpan.FromHours(-25);
        await rig.DropRowsAsync("orders", 3);
        _clock.Shift = TimeSpan.FromHours(-23);
        await rig.DropRowsAsync("reviews", 3);
        await using var worker = await rig.StartAsync();

        await rig.UntilAsync("select count(*) > 0 from etl.drop");

        Assert.Equal(["in/reviews.csv"], [await rig.QueryAsync<string>("select string_agg(key, ' ') from etl.drop")]);
    }

    [Fact]
    public async Task A_long_upload_that_was_listed_before_it_is_told_of_is_one_drop()
    {
        await using var rig = await CreateRigAsync();
        await rig.Aws.S3.PutBucketVersioningAsync(
            new PutBucketVersioningRequest { BucketName = rig.Aws.Bucket, VersioningConfig = new S3BucketVersioningConfig { Status = VersionStatus.Suspended } }, rig.Token);
        await rig.DefineAsync("{}", "orders", """events "mode": "append" """);
        _aws.Faults.DeliverCopies(rig.Aws.QueueName, 0);
        // S3 shows the time at which an upload in parts began, and tells the one at which it was complete.
        _clock.Shift = TimeSpan.FromHours(-1);
        await rig.DropRowsAsync("events", 2);
        await using var worker = await rig.StartAsync();
        await rig.UntilAsync("select count(*) = 1 from etl.drop");

        _aws.Faults.DeliverCopies(rig.Aws.QueueName, 1);
        await rig.Aws.Sqs.SendMessageAsync(rig.Aws.QueueUrl, await rig.QueryAsync<string>(
            """
            select json_build_object('Records', json_build_array(json_build_object(
                'eventTime', to_char(now() at time zone 'UTC' - interval '1 minute', 'YYYY-MM-DD"T"HH24:MI:SS.MS"Z"'), 'eventName', 'ObjectCreated:CompleteMultipartUpload',
                's3', json_build_object('bucket', json_build_object('name', bucket),
                    'object', json_build_object('key', key, 'eTag', etag, 'size', size, 'sequencer', '0055AED6DCD90281E5')))))::text
            from etl.drop
            """), rig.Token);
        await rig.UntilAsync(async () => await rig.Aws.QueuedAsync(rig.Token) == 0);

        Assert.Equal("events pending", await rig.DropsAsync());
    }

    private Task<Rig> CreateRigAsync() => Rig.CreateAsync(postgres, _aws.Endpoint, null, TestContext.Current.CancellationToken);
}
