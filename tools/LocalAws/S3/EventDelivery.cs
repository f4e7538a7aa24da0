using System.Text.Json.Nodes;
using EtlWorker.StandIns.Http;
using EtlWorker.StandIns.Sns;
using EtlWorker.StandIns.Sqs;

namespace EtlWorker.StandIns.S3;

/// <summary>Tells queues and topics what happened in a bucket.</summary>
internal sealed class EventDelivery(AwsAccount account, QueueDirectory queues, TopicDirectory topics, TimeProvider clock)
{
    private const string Subject = "Amazon S3 Notification";

    /// <summary>Puts the settings in force; like AWS it first sends every target a test event.</summary>
    public async Task ConfigureAsync(Bucket bucket, NotificationSettings settings, string requestId, CancellationToken cancellationToken)
    {
        foreach (var rule in settings.Rules)
        {
            if (queues.ByArn(rule.TargetArn) is null && topics.Find(rule.TargetArn) is null)
                throw new AwsFailure(400, "InvalidArgument", "Unable to validate the following destination configurations");
        }

        bucket.Notifications = settings;
        var test = Json.Text(new JsonObject
        {
            ["Service"] = "Amazon S3",
            ["Event"] = "s3:TestEvent",
            ["Time"] = S3Xml.Time(clock.GetUtcNow()),
            ["Bucket"] = bucket.Name,
            ["RequestId"] = requestId,
            ["HostId"] = "LocalAws",
        });
        foreach (var rule in settings.Rules)
            await SendAsync(rule.TargetArn, test, cancellationToken);
    }

    /// <summary>
    /// Notifies of an event by its name (<c>ObjectCreated:Put</c>) and, in EventBridge's words, what did it (<c>PutObject</c>).
    /// </summary>
    public async Task TellAsync(Bucket bucket, StoredObject stored, string name, string operation, string requestId)
    {
        var happened = new ObjectEvent(bucket, stored, name, requestId, clock.GetUtcNow());
        foreach (var rule in bucket.Notifications.Rules.Where(rule => rule.Matches(name, stored.Key)))
            await SendAsync(rule.TargetArn, happened.S3Message(account.Region, rule.Id), CancellationToken.None);

        if (bucket.Notifications.ToEventBridge && bucket.EventBridgeQueue is { } queue
            && name.StartsWith("ObjectCreated:", StringComparison.Ordinal))
            queues.Named(queue).Send(happened.EventBridgeMessage(account.Region, operation));
    }

    private async Task SendAsync(string targetArn, string message, CancellationToken cancellationToken)
    {
        queues.ByArn(targetArn)?.Send(message);
        if (topics.Find(targetArn) is { } topic)
            await topics.PublishAsync(
                topic, new Publication(Subject, message, new Dictionary<string, MessageAttribute>()), cancellationToken);
    }
}
