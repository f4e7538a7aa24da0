using System.Xml.Linq;
using Amazon;
using Amazon.Runtime;
using Amazon.Runtime.Signing;
using Amazon.S3;
using Amazon.S3.Model;
using Amazon.SQS;
using Amazon.SQS.Model;

namespace EtlWorker.IntegrationTests.Rigging;

/// <summary>
/// Bucket, queue and topic of one test, made through the ordinary APIs, so that any endpoint serves: LocalAws, moto,
/// LocalStack, AWS. What the worker tells is read from a queue that is subscribed to the topic.
/// </summary>
internal sealed class AwsAccount : IDisposable
{
    private const string Region = "us-east-1";
    private static readonly BasicAWSCredentials Credentials = new("test", "test");
    private readonly HttpClient _sns;
    private readonly Uri _endpoint;
    private string _inboxUrl = "";

    public AwsAccount(Uri endpoint)
    {
        _endpoint = endpoint;
        S3 = new AmazonS3Client(
            Credentials, new AmazonS3Config { ServiceURL = endpoint.ToString(), AuthenticationRegion = Region, ForcePathStyle = true });
        Sqs = new AmazonSQSClient(Credentials, new AmazonSQSConfig { ServiceURL = endpoint.ToString(), AuthenticationRegion = Region });
        _sns = new HttpClient(
            new SigV4SigningHandler(Credentials, RegionEndpoint.GetBySystemName(Region), "sns", new SocketsHttpHandler()));
    }

    public IAmazonS3 S3 { get; }

    public IAmazonSQS Sqs { get; }

    public string Bucket { get; } = $"landing-{Guid.NewGuid():N}";

    public string QueueName { get; } = $"drops-{Guid.NewGuid():N}";

    public string QueueUrl { get; private set; } = "";

    public string TopicArn { get; private set; } = "";

    /// <summary>What the worker needs to find all this.</summary>
    public IEnumerable<KeyValuePair<string, string>> Environment =>
    [
        new("AWS_ENDPOINT_URL", _endpoint.ToString().TrimEnd('/')), new("AWS_REGION", Region),
        new("AWS_ACCESS_KEY_ID", "test"), new("AWS_SECRET_ACCESS_KEY", "test"),
        new("ETLWORKER__QUEUE__URL", QueueUrl), new("ETLWORKER__PIPELINE__BUCKET", Bucket), new("ETLWORKER__NOTIFY__TOPICARN", TopicArn),
    ];

    public async Task CreateAsync(CancellationToken cancellationToken)
    {
        QueueUrl = await CreateQueueAsync(QueueName, cancellationToken);
        await S3.PutBucketAsync(Bucket, cancellationToken);
        await S3.PutBucketVersioningAsync(
            new PutBucketVersioningRequest
            {
                BucketName = Bucket,
                VersioningConfig = new S3BucketVersioningConfig { Status = VersionStatus.Enabled },
            },
            cancellationToken);
        await S3.PutBucketNotificationAsync(
            new PutBucketNotificationRequest
            {
                BucketName = Bucket,
                QueueConfigurations = [
                    new QueueConfiguration { Queue = await ArnOfAsync(QueueUrl, cancellationToken), Events = [EventType.ObjectCreatedAll] },
                ],
            },
            cancellationToken);

        var name = $"told-{Guid.NewGuid():N}";
        TopicArn = await SnsAsync("TopicArn", cancellationToken, ("Action", "CreateTopic"), ("Name", name));
        _inboxUrl = await CreateQueueAsync(name, cancellationToken);
        await SnsAsync("SubscriptionArn", cancellationToken,
            ("Action", "Subscribe"), ("TopicArn", TopicArn), ("Protocol", "sqs"),
            ("Endpoint", await ArnOfAsync(_inboxUrl, cancellationToken)));
    }

    public Task DropAsync(string key, Stream content, CancellationToken cancellationToken) => S3.PutObjectAsync(
        new PutObjectRequest { BucketName = Bucket, Key = key, InputStream = content, AutoCloseStream = false }, cancellationToken);

    public async Task<string> ReadAsync(string key, CancellationToken cancellationToken)
    {
        using var response = await S3.GetObjectAsync(Bucket, key, cancellationToken);
        using var reader = new StreamReader(response.ResponseStream);
        return await reader.ReadToEndAsync(cancellationToken);
    }

    /// <summary>Every version that was ever written below a prefix, deleted or overwritten ones too.</summary>
    public async Task<IReadOnlyList<(string Key, DateTimeOffset At, string Text)>> VersionsAsync(
        string prefix, CancellationToken cancellationToken)
    {
        var listed = await S3.ListVersionsAsync(Bucket, prefix, cancellationToken);
        return await Task.WhenAll((listed.Versions ?? []).Select(async version =>
        {
            using var response = await S3.GetObjectAsync(Bucket, version.Key, version.VersionId, cancellationToken);
            using var reader = new StreamReader(response.ResponseStream);
            return (
                version.Key, new DateTimeOffset(version.LastModified!.Value.ToUniversalTime()),
                await reader.ReadToEndAsync(cancellationToken));
        }));
    }

    /// <summary>Waits for the next notice.</summary>
    public async Task<ReceivedNotice> NextNoticeAsync(CancellationToken cancellationToken)
    {
        while (true)
        {
            var response = await Sqs.ReceiveMessageAsync(
                new ReceiveMessageRequest { QueueUrl = _inboxUrl, MaxNumberOfMessages = 1, WaitTimeSeconds = 10 }, cancellationToken);
            if (response.Messages is [var message])
            {
                await Sqs.DeleteMessageAsync(_inboxUrl, message.ReceiptHandle, cancellationToken);
                return ReceivedNotice.FromEnvelope(message.Body);
            }
        }
    }

    /// <summary>Messages that are in the queue, hidden ones included.</summary>
    public async Task<int> QueuedAsync(CancellationToken cancellationToken)
    {
        var attributes = await Sqs.GetQueueAttributesAsync(
            QueueUrl, ["ApproximateNumberOfMessages", "ApproximateNumberOfMessagesNotVisible"], cancellationToken);
        return attributes.ApproximateNumberOfMessages + attributes.ApproximateNumberOfMessagesNotVisible;
    }

    /// <summary>Has the queue give a message up after so many receives.</summary>
    /// <returns>The URL of the queue where it goes then.</returns>
    public async Task<string> AddDeadLetterQueueAsync(int maxReceiveCount, CancellationToken cancellationToken)
    {
        var dead = await CreateQueueAsync($"dead-{Guid.NewGuid():N}", cancellationToken);
        var policy = $$"""{"deadLetterTargetArn":"{{await ArnOfAsync(dead, cancellationToken)}}","maxReceiveCount":{{maxReceiveCount}}}""";
        await Sqs.SetQueueAttributesAsync(QueueUrl, new Dictionary<string, string> { ["RedrivePolicy"] = policy }, cancellationToken);
        return dead;
    }

    /// <summary>Messages that can be received from a queue.</summary>
    public async Task<int> CountAsync(string queueUrl, CancellationToken cancellationToken) =>
        (await Sqs.GetQueueAttributesAsync(queueUrl, ["ApproximateNumberOfMessages"], cancellationToken)).ApproximateNumberOfMessages;

    public void Dispose()
    {
        S3.Dispose();
        Sqs.Dispose();
        _sns.Dispose();
    }

    private async Task<string> CreateQueueAsync(string name, CancellationToken cancellationToken) =>
        (await Sqs.CreateQueueAsync(name, cancellationToken)).QueueUrl;

    private async Task<string> ArnOfAsync(string queueUrl, CancellationToken cancellationToken) =>
        (await Sqs.GetQueueAttributesAsync(queueUrl, ["QueueArn"], cancellationToken)).QueueARN;

    private async Task<string> SnsAsync(string wanted, CancellationToken cancellationToken, params (string Name, string Value)[] fields)
    {
        using var form = new FormUrlEncodedContent(
            fields.Append(("Version", "2010-03-31")).Select(field => KeyValuePair.Create(field.Item1, field.Item2)));
        using var response = await _sns.PostAsync(_endpoint, form, cancellationToken);
        var body = await response.Content.ReadAsStringAsync(cancellationToken);
        response.EnsureSuccessStatusCode();
        return XDocument.Parse(body).Descendants().First(element => element.Name.LocalName == wanted).Value;
    }
}
