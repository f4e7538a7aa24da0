using System.Collections.Concurrent;
using EtlWorker.StandIns.Http;

namespace EtlWorker.StandIns.Sqs;

/// <summary>All queues of the account.</summary>
internal sealed class QueueDirectory(AwsAccount account, TimeProvider clock)
{
    private readonly ConcurrentDictionary<string, MessageQueue> _queues = new();

    public IEnumerable<MessageQueue> All => _queues.Values.OrderBy(queue => queue.Name, StringComparer.Ordinal);

    public MessageQueue Create(string name, IReadOnlyDictionary<string, string> attributes)
    {
        if (name.Length is 0 or > 80 || !name.All(letter => char.IsAsciiLetterOrDigit(letter) || letter is '-' or '_'))
            throw new AwsFailure(
                400, "InvalidParameterValue", "Can only include alphanumeric characters, hyphens, or underscores. 1 to 80 in length");

        var created = new MessageQueue(name, account, clock, ByArn);
        created.Settings.Set(attributes);
        var queue = _queues.GetOrAdd(name, created);
        if (!ReferenceEquals(queue, created) && !queue.Settings.Agrees(attributes))
            throw new AwsFailure(
                400, "QueueNameExists", "A queue already exists with the same name and a different value for an attribute");
        return queue;
    }

    public MessageQueue Named(string name) => _queues.TryGetValue(name, out var queue)
        ? queue
        : throw new AwsFailure(400, "QueueDoesNotExist", "The specified queue does not exist.");

    public MessageQueue? ByArn(string arn) => All.FirstOrDefault(queue => queue.Arn == arn);

    public void Delete(MessageQueue queue) => _queues.TryRemove(queue.Name, out _);
}
