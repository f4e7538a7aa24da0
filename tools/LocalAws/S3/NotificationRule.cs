namespace EtlWorker.StandIns.S3;

/// <summary>One configuration of a bucket: these events, for keys like this, to that queue or topic.</summary>
internal sealed record NotificationRule(string Id, string TargetArn, IReadOnlyList<string> Events, string Prefix, string Suffix)
{
    /// <param name="eventName">Without the <c>s3:</c>, as it stands in the event: <c>ObjectCreated:Put</c>.</param>
    /// <param name="key">The object's key, not encoded.</param>
    public bool Matches(string eventName, string key) =>
        key.StartsWith(Prefix, StringComparison.Ordinal)
        && key.EndsWith(Suffix, StringComparison.Ordinal)
        && Events.Any(wanted => Covers(wanted, "s3:" + eventName));

    private static bool Covers(string wanted, string eventName) => wanted.EndsWith('*')
        ? eventName.StartsWith(wanted[..^1], StringComparison.Ordinal)
        : eventName == wanted;
}
