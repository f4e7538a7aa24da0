using System.Globalization;
using System.Text;
using System.Text.Json.Nodes;
using EtlWorker.StandIns.Http;
using EtlWorker.StandIns.Sqs;

namespace EtlWorker.StandIns.Sns;

/// <summary>A message on its way to a topic, checked as AWS checks it.</summary>
internal sealed record Publication(string? Subject, string Message, IReadOnlyDictionary<string, MessageAttribute> Attributes)
{
    private const int MaximumBytes = 256 * 1024;

    /// <summary>Throws InvalidParameter for what AWS would refuse.</summary>
    public void Check()
    {
        if (Subject is not null && !IsSubject(Subject))
            throw new AwsFailure(400, "InvalidParameter", "Invalid parameter: Subject");
        if (Message.Length == 0)
            throw new AwsFailure(400, "InvalidParameter", "Invalid parameter: Empty message");
        var attributeBytes = Attributes.Sum(one => Encoding.UTF8.GetByteCount(one.Key) + Encoding.UTF8.GetByteCount(one.Value.DataType)
            + (one.Value.BinaryValue?.Length ?? Encoding.UTF8.GetByteCount(one.Value.StringValue ?? "")));
        if (Encoding.UTF8.GetByteCount(Message) + attributeBytes > MaximumBytes)
            throw new AwsFailure(400, "InvalidParameter", "Invalid parameter: Message too long");
    }

    /// <summary>The JSON in which a queue without raw delivery gets the message.</summary>
    public string Envelope(string topicArn, string messageId, DateTimeOffset at)
    {
        var envelope = new JsonObject
        {
            ["Type"] = "Notification",
            ["MessageId"] = messageId,
            ["TopicArn"] = topicArn,
        };
        if (Subject is not null)
            envelope[nameof(Subject)] = Subject;
        envelope[nameof(Message)] = Message;
        envelope["Timestamp"] = at.ToUniversalTime().ToString("yyyy-MM-dd'T'HH:mm:ss.fff'Z'", CultureInfo.InvariantCulture);
        envelope["SignatureVersion"] = "1";
        envelope["Signature"] = "unsigned";
        envelope["SigningCertURL"] = "https://sns.invalid/SimpleNotificationService.pem";
        envelope["UnsubscribeURL"] = "https://sns.invalid/?Action=Unsubscribe";
        if (Attributes.Count > 0)
            envelope["MessageAttributes"] = new JsonObject(
                Attributes.Select(one => KeyValuePair.Create(one.Key, (JsonNode?)Describe(one.Value))));
        return Json.Text(envelope);
    }

    public static string ValueOf(MessageAttribute attribute) =>
        attribute.BinaryValue is { } bytes ? Convert.ToBase64String(bytes) : attribute.StringValue ?? "";

    // https://docs.aws.amazon.com/sns/latest/api/API_Publish.html: ASCII, begins with a letter, number or punctuation
    // mark, no line breaks or control characters, less than 100 characters.
    private static bool IsSubject(string subject) =>
        subject.Length is > 0 and < 100 && subject[0] != ' ' && subject.All(letter => letter is >= ' ' and <= '~');

    private static JsonObject Describe(MessageAttribute attribute) =>
        new() { ["Type"] = attribute.DataType, ["Value"] = ValueOf(attribute) };
}
