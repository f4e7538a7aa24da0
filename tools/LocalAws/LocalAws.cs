using EtlWorker.StandIns.Faults;
using EtlWorker.StandIns.Http;
using EtlWorker.StandIns.S3;
using EtlWorker.StandIns.Sns;
using EtlWorker.StandIns.Sqs;

namespace EtlWorker.StandIns;

/// <summary>
/// S3, SQS and SNS on one port of 127.0.0.1, in memory, for tests and the demo. Any credentials pass, and so do requests without.
/// </summary>
public sealed class LocalAws : IAsyncDisposable
{
    private readonly CancellationTokenSource _stopping = new();
    private readonly AwsAccount _account;
    private readonly QueueDirectory _queues;
    private readonly TopicDirectory _topics;
    private readonly BucketDirectory _buckets;
    private readonly EventDelivery _events;
    private readonly HttpServer _server;

    private LocalAws(LocalAwsOptions options)
    {
        var clock = options.TimeProvider;
        _account = new AwsAccount(options.Region);
        _queues = new QueueDirectory(_account, clock);
        Faults = new FaultPlan(_queues);
        _topics = new TopicDirectory(_account, _queues, Outbox, options.MailDirectory is { } mail ? new MailDrop(mail) : null, clock);
        _buckets = new BucketDirectory(clock);
        _events = new EventDelivery(_account, _queues, _topics, clock);

        var writes = new ObjectWrites(_buckets, _events);
        var services = new Dictionary<AwsService, IWireProtocol>
        {
            [AwsService.S3] = new S3Service(
                _buckets,
                new BucketRequests(_account, _buckets, _events, writes),
                new ObjectReads(_buckets, Faults, clock),
                writes,
                new MultipartRequests(_buckets, _events)),
            [AwsService.Sqs] = new SqsService(_queues, _stopping.Token),
            [AwsService.Sns] = new SnsService(_topics, _queues),
        };
        _server = new HttpServer(options.Port, new FrontDoor(services, Faults));
    }

    /// <summary>Where all three services answer: <c>http://127.0.0.1:PORT</c>.</summary>
    public Uri Endpoint => _account.Endpoint;

    /// <summary>The region named in ARNs and events.</summary>
    public string Region => _account.Region;

    /// <summary>What has been published to the topics.</summary>
    public Outbox Outbox { get; } = new();

    /// <summary>Faults on demand.</summary>
    public FaultPlan Faults { get; }

    /// <summary>Starts a stand-in; disposing it ends every connection and forgets everything.</summary>
    public static async Task<LocalAws> StartAsync(LocalAwsOptions? options = null, CancellationToken cancellationToken = default)
    {
        var aws = new LocalAws(options ?? new LocalAwsOptions());
        aws._account.Endpoint = await aws._server.StartAsync(cancellationToken);
        return aws;
    }

    /// <summary>Creates a bucket, versioned unless told otherwise.</summary>
    public void CreateBucket(string name, bool isVersioned = true) =>
        _buckets.Create(name).Versioning = isVersioned ? "Enabled" : null;

    /// <summary>Creates a queue with AWS's default attributes; answers its URL.</summary>
    public string CreateQueue(string name) => _queues.Create(name, new Dictionary<string, string>()).Url;

    /// <summary>Creates a topic; answers its ARN.</summary>
    public string CreateTopic(string name) => _topics.Create(name).Arn;

    /// <summary>Lets a bucket tell a queue of every object created; the queue gets a test event first, as from AWS.</summary>
    public Task NotifyAsync(string bucket, string queueName, CancellationToken cancellationToken)
    {
        var rule = new NotificationRule("LocalAws", _queues.Named(queueName).Arn, ["s3:ObjectCreated:*"], "", "");
        return _events.ConfigureAsync(
            _buckets.Get(bucket), new NotificationSettings([rule], ToEventBridge: false), "LocalAws", cancellationToken);
    }

    /// <summary>Sends the EventBridge events of a bucket whose notification configuration has EventBridge on to this queue.</summary>
    public void RouteEventBridgeTo(string bucket, string queueName) =>
        _buckets.Get(bucket).EventBridgeQueue = _queues.Named(queueName).Name;

    /// <inheritdoc/>
    public async ValueTask DisposeAsync()
    {
        // Long polls end first, so that the server has nothing to wait for.
        await _stopping.CancelAsync();
        await _server.DisposeAsync();
        _stopping.Dispose();
    }
}
