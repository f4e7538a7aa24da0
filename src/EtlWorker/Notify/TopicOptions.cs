namespace EtlWorker.Notify;

/// <summary>The topic to publish to, and where its service answers.</summary>
internal sealed record TopicOptions(string Arn, Uri Endpoint, string Region);
