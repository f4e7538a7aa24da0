namespace EtlWorker.StandIns.Sqs;

/// <summary>A message in a queue; its queue's lock guards what changes.</summary>
internal sealed class QueueMessage
{
    public required string Id { get; init; }

    public required string Body { get; init; }

    public required IReadOnlyDictionary<string, MessageAttribute> Attributes { get; init; }

    public required DateTimeOffset SentAt { get; init; }

    public required DateTimeOffset VisibleAt { get; set; }

    public string? DeadLetterSourceArn { get; init; }

    public DateTimeOffset? FirstReceivedAt { get; set; }

    public int ReceiveCount { get; set; }

    /// <summary>The receipt handle of the latest receive; null before the first.</summary>
    public string? Receipt { get; set; }
}
