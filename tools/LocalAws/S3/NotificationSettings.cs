using System.Xml.Linq;
using EtlWorker.StandIns.Http;

namespace EtlWorker.StandIns.S3;

/// <summary>A bucket's notification configuration, between XML and rules.</summary>
internal sealed record NotificationSettings(IReadOnlyList<NotificationRule> Rules, bool ToEventBridge)
{
    public static NotificationSettings None { get; } = new([], false);

    public static NotificationSettings Read(XElement xml)
    {
        if (xml.Elements().Any(child => child.Name.LocalName is "CloudFunctionConfiguration" or "LambdaFunctionConfiguration"))
            throw new AwsFailure(501, "NotImplemented", "LocalAws has no Lambda functions.");
        var rules = xml.Named("QueueConfiguration").Select(rule => ReadRule(rule, "Queue"))
            .Concat(xml.Named("TopicConfiguration").Select(rule => ReadRule(rule, "Topic")));
        return new NotificationSettings([.. rules], xml.Named("EventBridgeConfiguration").Any());
    }

    public XElement Write() => S3Xml.Element(
        "NotificationConfiguration",
        Rules.Where(rule => !IsQueue(rule)).Select(rule => WriteRule(rule, "Topic")),
        Rules.Where(IsQueue).Select(rule => WriteRule(rule, "Queue")),
        ToEventBridge ? S3Xml.Element("EventBridgeConfiguration") : null);

    public static bool IsQueue(NotificationRule rule) => rule.TargetArn.StartsWith("arn:aws:sqs:", StringComparison.Ordinal);

    private static NotificationRule ReadRule(XElement xml, string target)
    {
        var filters = xml.Named("Filter").SelectMany(filter => filter.Named("S3Key")).SelectMany(key => key.Named("FilterRule"))
            .ToDictionary(filter => filter.Value("Name") ?? "", filter => filter.Value("Value") ?? "", StringComparer.OrdinalIgnoreCase);
        var events = xml.Named("Event").Select(name => name.Value).ToList();
        if (events.Count == 0 || !events.TrueForAll(name => name.StartsWith("s3:", StringComparison.Ordinal)))
            throw new AwsFailure(400, "InvalidArgument", "The event is not supported for notifications");
        return new NotificationRule(
            xml.Value("Id") is { Length: > 0 } id ? id : Guid.NewGuid().ToString(),
            xml.Value(target) ?? "",
            events,
            filters.GetValueOrDefault("prefix", ""),
            filters.GetValueOrDefault("suffix", ""));
    }

    private static XElement WriteRule(NotificationRule rule, string target)
    {
        static XElement Filter(string name, string value) =>
            S3Xml.Element("FilterRule", S3Xml.Element("Name", name), S3Xml.Element("Value", value));
        return S3Xml.Element(
            target + "Configuration",
            S3Xml.Element("Id", rule.Id),
            S3Xml.Element(target, rule.TargetArn),
            rule.Events.Select(name => S3Xml.Element("Event", name)),
            rule.Prefix.Length + rule.Suffix.Length == 0 ? null : S3Xml.Element("Filter", S3Xml.Element(
                "S3Key",
                rule.Prefix.Length == 0 ? null : Filter("Prefix", rule.Prefix),
                rule.Suffix.Length == 0 ? null : Filter("Suffix", rule.Suffix))));
    }
}
