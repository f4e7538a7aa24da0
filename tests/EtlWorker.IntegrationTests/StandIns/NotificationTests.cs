using System.Globalization;
using System.Text.Json.Nodes;
using Amazon.S3;
using Amazon.S3.Model;
using Amazon.SQS;
using Amazon.SQS.Model;
using EtlWorker.StandIns;
using Xunit;

namespace EtlWorker.IntegrationTests.StandIns;

public sealed class NotificationTests : IAsyncLifetime
{
    private const string Bucket = "drops";

    private LocalAws _aws = null!;
    private AmazonS3Client _s3 = null!;
    private AmazonSQSClient _sqs = null!;
    private string _queueUrl = null!;

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    private string QueueArn => $"arn:aws:sqs:{_aws.Region}:000000000000:events";

    public async ValueTask InitializeAsync()
    {
        _aws = await LocalAws.StartAsync(cancellationToken: Cancellation);
        _s3 = AwsClients.S3(_aws);
        _sqs = AwsClients.Sqs(_aws);
        _queueUrl = (await _sqs.CreateQueueAsync("events", Cancellation)).QueueUrl;
        await _s3.PutBucketAsync(Bucket, Cancellation);
    }

    public async ValueTask DisposeAsync()
    {
        _s3.Dispose();
        _sqs.Dispose();
        await _aws.DisposeAsync();
    }

    [Fact]
    public async Task Configuring_notifications_sends_a_test_event()
    {
        await Notify();

        var body = await Next();

        Assert.Equal("s3:TestEvent", body["Event"]!.GetValue<string>());
        Assert.Equal(Bucket, body["Bucket"]!.GetValue<string>());
        var told = await _s3.GetBucketNotificationAsync(Bucket, Cancellation);
        Assert.Equal(QueueArn, Assert.Single(told.QueueConfigurations).Queue);
    }

    [Theory]
    [InlineData("orders_data/orders.csv", "orders_data/orders.csv")]
    [InlineData("a b+c&d=é/(1)!*~.csv", "a+b%2Bc%26d%3D%C3%A9/%281%29%21*%7E.csv")]
    public async Task An_upload_is_told_with_a_form_encoded_key(string key, string encoded)
    {
        _aws.CreateBucket("versioned");
        await _aws.NotifyAsync("versioned", "events", Cancellation);
        await Next();

        var put = await _s3.PutObjectAsync(
            new PutObjectRequest { BucketName = "versioned", Key = key, ContentBody = "12345" }, Cancellation);

        var record = (await Next())["Records"]![0]!;
        var stored = record["s3"]!["object"]!;
        Assert.Equal("ObjectCreated:Put", record["eventName"]!.GetValue<string>());
        Assert.Equal("aws:s3", record["eventSource"]!.GetValue<string>());
        Assert.Equal("versioned", record["s3"]!["bucket"]!["name"]!.GetValue<string>());
        Assert.Equal(encoded, stored["key"]!.GetValue<string>());
        Assert.Equal(5, stored["size"]!.GetValue<long>());
        Assert.Equal(put.ETag.Trim('"'), stored["eTag"]!.GetValue<string>());
        Assert.Equal(put.VersionId, stored["versionId"]!.GetValue<string>());
        Assert.Matches("^[0-9A-F]{18}$", stored["sequencer"]!.GetValue<string>());
        Assert.True(DateTimeOffset.TryParseExact(
            record["eventTime"]!.GetValue<string>(), "yyyy-MM-dd'T'HH:mm:ss.fff'Z'", CultureInfo.InvariantCulture,
            DateTimeStyles.AssumeUniversal, out _));
    }

    [Fact]
    public async Task An_unversioned_bucket_tells_no_version_and_sequencers_rise()
    {
        await Notify();
        await Next();
        await Put("k");
        await Put("k");

        var first = (await Next())["Records"]![0]!["s3"]!["object"]!;
        var second = (await Next())["Records"]![0]!["s3"]!["object"]!;

        Assert.Null(first["versionId"]);
        Assert.True(string.CompareOrdinal(first["sequencer"]!.GetValue<string>(), second["sequencer"]!.GetValue<string>()) < 0);
    }

    [Fact]
    public async Task Filters_and_event_names_decide_what_is_told()
    {
        await Notify(
            ["s3:ObjectCreated:Copy", "s3:ObjectRemoved:*"],
            new Filter { S3KeyFilter = new S3KeyFilter { FilterRules = [new("prefix", "in/"), new("suffix", ".csv")] } });
        await Next();
        await Put("in/a.csv");
        await _s3.CopyObjectAsync(Bucket, "in/a.csv", Bucket, "in/b.txt", Cancellation);
        await _s3.CopyObjectAsync(Bucket, "in/a.csv", Bucket, "in/b.csv", Cancellation);
        await _s3.DeleteObjectAsync(Bucket, "in/a.csv", Cancellation);

        Assert.Equal("ObjectCreated:Copy in/b.csv", Describe(await Next()));
        Assert.Equal("ObjectRemoved:Delete in/a.csv", Describe(await Next()));
    }

    [Fact]
    public async Task A_target_that_does_not_exist_is_refused()
    {
        var request = new PutBucketNotificationRequest
        {
            BucketName = Bucket,
            QueueConfigurations = [new QueueConfiguration { Queue = QueueArn + "-none", Events = ["s3:ObjectCreated:*"] }],
        };

        var refused = await Assert.ThrowsAsync<AmazonS3Exception>(() => _s3.PutBucketNotificationAsync(request, Cancellation));

        Assert.Equal("InvalidArgument", refused.ErrorCode);
    }

    [Fact]
    public async Task EventBridge_tells_the_plain_key()
    {
        await _s3.PutBucketNotificationAsync(
            new PutBucketNotificationRequest { BucketName = Bucket, EventBridgeConfiguration = new EventBridgeConfiguration() },
            Cancellation);
        _aws.RouteEventBridgeTo(Bucket, "events");

        await Put("a b+é.csv");

        var body = await Next();
        Assert.Equal("Object Created", body["detail-type"]!.GetValue<string>());
        Assert.Equal("aws.s3", body["source"]!.GetValue<string>());
        Assert.Equal("a b+é.csv", body["detail"]!["object"]!["key"]!.GetValue<string>());
        Assert.Equal("PutObject", body["detail"]!["reason"]!.GetValue<string>());
    }

    [Fact]
    public async Task A_topic_passes_the_event_on_in_its_envelope()
    {
        var topic = _aws.CreateTopic("relay");
        using var http = new HttpClient { BaseAddress = _aws.Endpoint };
        using var form = new FormUrlEncodedContent(
            new Dictionary<string, string>
            {
                ["Action"] = "Subscribe",
                ["TopicArn"] = topic,
                ["Protocol"] = "sqs",
                ["Endpoint"] = QueueArn,
            });
        using var subscribed = await http.PostAsync(new Uri("/", UriKind.Relative), form, Cancellation);
        await _s3.PutBucketNotificationAsync(
            new PutBucketNotificationRequest
            {
                BucketName = Bucket,
                TopicConfigurations = [new TopicConfiguration { Topic = topic, Events = [EventType.ObjectCreatedAll] }],
            },
            Cancellation);
        await Next();

        await Put("k");

        var envelope = await Next();
        Assert.Equal("Amazon S3 Notification", envelope["Subject"]!.GetValue<string>());
        Assert.Equal("ObjectCreated:Put k", Describe(JsonNode.Parse(envelope["Message"]!.GetValue<string>())!));
    }

    private static string Describe(JsonNode body) =>
        $"{body["Records"]![0]!["eventName"]} {body["Records"]![0]!["s3"]!["object"]!["key"]}";

    private Task<PutBucketNotificationResponse> Notify(
        List<EventType>? events = null, Filter? filter = null) => _s3.PutBucketNotificationAsync(
        new PutBucketNotificationRequest
        {
            BucketName = Bucket,
            QueueConfigurations =
                [new QueueConfiguration { Queue = QueueArn, Events = events ?? [EventType.ObjectCreatedAll], Filter = filter }],
        },
        Cancellation);

    private Task<PutObjectResponse> Put(string key) =>
        _s3.PutObjectAsync(new PutObjectRequest { BucketName = Bucket, Key = key, ContentBody = "x" }, Cancellation);

    private async Task<JsonNode> Next()
    {
        var received = await _sqs.ReceiveMessageAsync(
            new ReceiveMessageRequest { QueueUrl = _queueUrl, WaitTimeSeconds = 5 }, Cancellation);
        var message = Assert.Single(received.Messages);
        await _sqs.DeleteMessageAsync(_queueUrl, message.ReceiptHandle, Cancellation);
        return JsonNode.Parse(message.Body)!;
    }
}
