namespace EtlWorker.StandIns.Sns;

/// <summary>Where a topic's messages go: a queue's ARN or a mail address.</summary>
internal sealed class Subscription(string arn, string protocol, string endpoint)
{
    public string Arn { get; } = arn;

    public string Protocol { get; } = protocol;

    public string Endpoint { get; } = endpoint;

    /// <summary>True: a queue gets the message as it is, with its attributes; false: wrapped in SNS's envelope.</summary>
    public bool IsRaw { get; set; }
}
