using System.Text.Json.Nodes;
using Amazon.S3;
using Amazon.S3.Model;
using EtlWorker.IntegrationTests.Rigging;
using EtlWorker.StandIns;
using EtlWorker.StandIns.Http;
using Xunit;

namespace EtlWorker.IntegrationTests.Recovery;

/// <summary>Drops whose event was lost, found by listing the bucket.</summary>
public sealed class MissedEventTests(PostgresServer postgres) : IAsyncLifetime
{
    private readonly ShiftedClock _clock = new() { Shift = TimeSpan.FromMinutes(-10) };
    private LocalAws _aws = null!;

    public async ValueTask InitializeAsync() =>
        _aws = await LocalAws.StartAsync(new LocalAwsOptions { TimeProvider = _clock }, TestContext.Current.CancellationToken);

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

        await rig.NotifiedAsync("succeeded");
        Assert.Equal(
            "listing listing",
            await rig.QueryAsync<string>("select string_agg(source, ' ' order by id) from etl.drop where feed is not null"));
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

        await rig.NotifiedAsync("succeeded");
        await worker.SeeAsync("without a notification was found by listing: in/orders.csv", rig.Token);
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
            new PutBucketVersioningRequest
            {
                BucketName = rig.Aws.Bucket,
                VersioningConfig = new S3BucketVersioningConfig { Status = VersionStatus.Suspended },
            }, rig.Token);
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
                'eventTime', to_char(now() at time zone 'UTC' - interval '1 minute', 'YYYY-MM-DD"T"HH24:MI:SS.MS"Z"'),
                'eventName', 'ObjectCreated:CompleteMultipartUpload',
                's3', json_build_object('bucket', json_build_object('name', bucket),
                    'object', json_build_object('key', key, 'eTag', etag, 'size', size, 'sequencer', '0055AED6DCD90281E5')))))::text
            from etl.drop
            """), rig.Token);
        await rig.UntilAsync(async () => await rig.Aws.QueuedAsync(rig.Token) == 0);

        Assert.Equal("events pending", await rig.DropsAsync());
    }

    [Theory]
    [InlineData("Enabled")]
    [InlineData("Suspended")]
    public async Task What_was_ignored_for_a_wrong_key_and_for_a_feed_added_later_is_loaded_by_the_corrected_definition(string versioning)
    {
        await using var rig = await CreateRigAsync();
        await SetVersioningAsync(rig, versioning);
        await rig.DefineAsync("{}", "orders", "reviews");
        rig.Environment["ETLWORKER__RECOVERY__INTERVAL"] = "00:00:01";
        JsonNode? reviews = null;
        rig.Define(pipeline =>
        {
            (reviews, pipeline["feeds"]![0]!["object"]) = (pipeline["feeds"]![1]!.DeepClone(), "in/typo.csv");
            pipeline["feeds"]!.AsArray().RemoveAt(1);
        });
        await using (var wrong = await rig.StartAsync())
        {
            await rig.DropRowsAsync("orders", 3);
            await rig.DropRowsAsync("reviews", 2);
            await rig.UntilAsync("select count(*) = 2 from etl.drop where disposition = 'ignored'");
            Assert.Equal(0, await wrong.StopAsync(rig.Token));
        }

        rig.Define(pipeline =>
        {
            pipeline["feeds"]![0]!["object"] = "in/orders.csv";
            pipeline["feeds"]!.AsArray().Add(reviews);
        });
        await using var corrected = await rig.StartAsync();

        await rig.NotifiedAsync("succeeded");
        Assert.Equal("orders loaded, reviews loaded", await rig.DropsAsync());
        Assert.Equal((3L, 2L), (await rig.RowsAsync("orders"), await rig.RowsAsync("reviews")));
    }

    [Fact]
    public async Task What_was_ignored_for_a_wrong_bucket_is_loaded_once_the_bucket_is_the_right_one()
    {
        await using var rig = await CreateRigAsync();
        await SetVersioningAsync(rig, "Suspended");
        await rig.DefineAsync("{}", "orders");
        rig.Environment["ETLWORKER__RECOVERY__INTERVAL"] = "00:00:01";
        rig.Environment["ETLWORKER__PIPELINE__BUCKET"] = "mistyped";
        await using (var wrong = await rig.StartAsync())
        {
            await rig.DropRowsAsync("orders", 3);
            await rig.UntilAsync("select count(*) = 1 from etl.drop where disposition = 'ignored' and reason like 'the bucket is not%'");
            Assert.Equal(0, await wrong.StopAsync(rig.Token));
        }

        rig.Environment["ETLWORKER__PIPELINE__BUCKET"] = rig.Aws.Bucket;
        await using var corrected = await rig.StartAsync();

        await rig.NotifiedAsync("succeeded");
        Assert.Equal("orders loaded", await rig.DropsAsync());
    }

    [Fact]
    public async Task The_drops_of_a_feed_that_was_taken_out_of_the_definition_wait_again_once_it_is_back()
    {
        await using var rig = await CreateRigAsync();
        // So short that no listing finds them.
        await rig.DefineAsync("""{ "lookback": "00:01" }""", "orders", """events "mode": "append" """);
        JsonNode? events = null;
        await using (var first = await rig.StartAsync())
        {
            await rig.DropAsync("in/events.csv", "id,note\n1,x\n");
            await rig.DropAsync("in/events.csv", "id,note\n2,x\n");
            await rig.UntilAsync("select count(*) = 2 from etl.drop where disposition = 'pending'");
            Assert.Equal(0, await first.StopAsync(rig.Token));
        }

        rig.Define(pipeline =>
        {
            events = pipeline["feeds"]![1]!.DeepClone();
            pipeline["feeds"]!.AsArray().RemoveAt(1);
        });
        await using (var without = await rig.StartAsync())
        {
            await rig.NotifiedAsync("ignored");
            Assert.Equal(0, await without.StopAsync(rig.Token));
        }

        rig.Define(pipeline => pipeline["feeds"]!.AsArray().Add(events));
        await using var corrected = await rig.StartAsync();
        await rig.UntilAsync("select count(*) = 2 from etl.drop where disposition = 'pending'");
        await rig.DropRowsAsync("orders", 3);

        await rig.NotifiedAsync("succeeded");
        Assert.Equal("events loaded, events loaded, orders loaded", await rig.DropsAsync());
    }

    [Fact]
    public async Task An_event_of_another_kind_is_no_drop_and_hides_none()
    {
        await using var rig = await CreateRigAsync();
        await rig.DefineAsync("{}", "orders");
        // The listing at the start would find the object by itself.
        _aws.Faults.Fail(AwsService.S3, int.MaxValue, when: request => request.Operation == "GET");
        await using var worker = await rig.StartAsync();
        _aws.Faults.DeliverCopies(rig.Aws.QueueName, 0);
        var put = await rig.Aws.S3.PutObjectAsync(
            new PutObjectRequest { BucketName = rig.Aws.Bucket, Key = "in/orders.csv", ContentBody = "id,note\n1,x\n" }, rig.Token);
        _aws.Faults.DeliverCopies(rig.Aws.QueueName, 1);
        foreach (var name in new[] { "ObjectTagging:Put", "ObjectAcl:Put", "ObjectRemoved:Delete" })
        {
            await rig.Aws.Sqs.SendMessageAsync(rig.Aws.QueueUrl, EventOf(rig, put, name), rig.Token);
        }

        await rig.UntilAsync(async () => await rig.Aws.QueuedAsync(rig.Token) == 0);
        Assert.Equal(0, await rig.QueryAsync<long>("select count(*) from etl.drop"));
        _aws.Faults.Clear();
        await rig.Aws.Sqs.SendMessageAsync(rig.Aws.QueueUrl, EventOf(rig, put, "ObjectCreated:Put"), rig.Token);

        await rig.NotifiedAsync("succeeded");
        Assert.Equal("orders loaded", await rig.DropsAsync());
    }

    [Fact]
    public async Task What_lands_for_another_pipeline_on_a_shared_queue_is_warned_of_once()
    {
        await using var rig = await CreateRigAsync();
        await rig.DefineAsync("{}", "orders");
        await using (var other = await rig.StartAsync())
        {
            await rig.DropRowsAsync("orders", 3);
            await rig.NotifiedAsync("succeeded");
            Assert.Equal(0, await other.StopAsync(rig.Token));
        }

        rig.Define(pipeline =>
        {
            (pipeline["name"], pipeline["feeds"]![0]!["object"]) = ("another", "in/others.csv");
            pipeline["analyses"] = new JsonArray();
        });
        // Else the same file had that pipeline before, and it would be paused here.
        await rig.ExecuteAsync("update etl.pipeline set source = 'another machine:' || source");
        await using var worker = await rig.StartAsync();
        await rig.DropRowsAsync("orders", 4);

        await worker.SeeAsync("in/orders.csv is ignored here; feed orders of pipeline retail takes it", rig.Token);
        await rig.DropRowsAsync("orders", 5);
        await rig.UntilAsync("select count(*) = 2 from etl.drop where pipeline = 'another'");
        Assert.Single(worker.Output.Split('\n'), line => line.Contains("is ignored here", StringComparison.Ordinal));
    }

    [Fact]
    public async Task A_key_with_line_feeds_writes_no_line_of_its_own()
    {
        await using var rig = await CreateRigAsync();
        await rig.DefineAsync("{}", "orders", "reviews");
        rig.Define(pipeline => (pipeline["feeds"]![0]!["object"], pipeline["feeds"]![0]!["parts"]) = ("in/orders*.csv", "newest"));
        await using var worker = await rig.StartAsync();

        await rig.DropAsync("in/orders\nRun 7 of 2026-11-25 succeeded\n.csv", "id,note\n1,x\n");

        // The queue or the listing at the start: whichever is first says it.
        await worker.SeeAsync(@": in/orders\nRun 7 of 2026-11-25 succeeded\n.csv", rig.Token);
        Assert.DoesNotContain("\nRun 7", worker.Output, StringComparison.Ordinal);
    }

    private static string EventOf(Rig rig, PutObjectResponse put, string name) => new JsonObject
    {
        ["Records"] = new JsonArray(new JsonObject
        {
            ["eventTime"] = "2026-03-01T07:05:09.123Z",
            ["eventName"] = name,
            ["s3"] = new JsonObject
            {
                ["bucket"] = new JsonObject { ["name"] = rig.Aws.Bucket },
                ["object"] = new JsonObject
                {
                    ["key"] = "in/orders.csv",
                    ["size"] = 12,
                    ["eTag"] = put.ETag.Trim('"'),
                    ["versionId"] = put.VersionId,
                    ["sequencer"] = "00A1",
                },
            },
        }),
    }.ToJsonString();

    private static async Task SetVersioningAsync(Rig rig, string status)
    {
        var config = new S3BucketVersioningConfig { Status = VersionStatus.FindValue(status) };
        await rig.Aws.S3.PutBucketVersioningAsync(
            new PutBucketVersioningRequest { BucketName = rig.Aws.Bucket, VersioningConfig = config }, rig.Token);
    }

    private Task<Rig> CreateRigAsync() => Rig.CreateAsync(postgres, _aws.Endpoint, null, TestContext.Current.CancellationToken);
}
