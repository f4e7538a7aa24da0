using System.Collections.Concurrent;

namespace EtlWorker.StandIns.Sns;

/// <summary>A topic and who listens to it.</summary>
internal sealed class Topic(string arn)
{
    private readonly ConcurrentDictionary<string, Subscription> _subscriptions = new();

    public string Arn { get; } = arn;

    public IEnumerable<Subscription> Subscriptions => _subscriptions.Values;

    /// <summary>Subscribing the same endpoint again gives the same subscription, as AWS does.</summary>
    public Subscription Subscribe(string protocol, string endpoint) =>
        _subscriptions.GetOrAdd($"{protocol} {endpoint}", _ => new Subscription($"{Arn}:{Guid.NewGuid()}", protocol, endpoint));
}
