namespace EtlWorker.StandIns;

/// <summary>The one account and region that the stand-in plays, and the names that follow from it.</summary>
internal sealed class AwsAccount(string region)
{
    public const string Id = "000000000000";

    public string Region { get; } = region;

    /// <summary>Known once the server has its port; no request comes earlier.</summary>
    public Uri Endpoint { get; set; } = new("http://127.0.0.1");

    public string QueueArn(string name) => $"arn:aws:sqs:{Region}:{Id}:{name}";

    public string QueueUrl(string name) => $"{Endpoint}{Id}/{name}";

    public string TopicArn(string name) => $"arn:aws:sns:{Region}:{Id}:{name}";
}
