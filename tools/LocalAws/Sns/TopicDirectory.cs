using System.Collections.Concurrent;
using EtlWorker.StandIns.Http;
using EtlWorker.StandIns.Sqs;

namespace EtlWorker.StandIns.Sns;

/// <summary>All topics of the account; publishing fans out to queues, the outbox and the mail drop.</summary>
internal sealed class TopicDirectory(AwsAccount account, QueueDirectory queues, Outbox outbox, MailDrop? mail, TimeProvider clock)
{
    private readonly ConcurrentDictionary<string, Topic> _topics = new();

    public IEnumerable<Topic> All => _topics.Values.OrderBy(topic => topic.Arn, StringComparer.Ordinal);

    public Topic Create(string name)
    {
        if (name.Length is 0 or > 256 || !name.All(letter => char.IsAsciiLetterOrDigit(letter) || letter is '-' or '_'))
            throw new AwsFailure(400, "InvalidParameter", "Invalid parameter: Topic Name");
        return _topics.GetOrAdd(account.TopicArn(name), arn => new Topic(arn));
    }

    public Topic? Find(string arn) => _topics.GetValueOrDefault(arn);

    public Topic Get(string arn) => Find(arn) ?? throw new AwsFailure(404, "NotFound", "Topic does not exist");

    public Subscription GetSubscription(string arn) => All.SelectMany(topic => topic.Subscriptions).FirstOrDefault(one => one.Arn == arn)
        ?? throw new AwsFailure(404, "NotFound", "Subscription does not exist");

    /// <summary>Answers the message id.</summary>
    public async Task<string> PublishAsync(Topic topic, Publication publication, CancellationToken cancellationToken)
    {
        publication.Check();
        var id = Guid.NewGuid().ToString();
        var at = clock.GetUtcNow();
        var values = publication.Attributes.ToDictionary(one => one.Key, one => Publication.ValueOf(one.Value));
        var notice = new Notice(topic.Arn, publication.Subject, publication.Message, values, id, at);
        if (mail is not null)
        {
            var recipients = topic.Subscriptions.Where(one => one.Protocol == "email").Select(one => one.Endpoint);
            await mail.WriteAsync(notice, [.. recipients], cancellationToken);
        }

        foreach (var subscription in topic.Subscriptions)
        {
            if (subscription.IsRaw)
                queues.ByArn(subscription.Endpoint)?.Send(publication.Message, publication.Attributes);
            else
                queues.ByArn(subscription.Endpoint)?.Send(publication.Envelope(topic.Arn, id, at));
        }

        outbox.Add(notice);
        return id;
    }
}
