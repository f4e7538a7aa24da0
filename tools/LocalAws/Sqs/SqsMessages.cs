using System.Globalization;
using System.Text;
using System.Text.Json.Nodes;
using EtlWorker.StandIns.Http;

namespace EtlWorker.StandIns.Sqs;

/// <summary>The actions on messages, between JSON and <see cref="MessageQueue"/>.</summary>
internal static class SqsMessages
{
    public static JsonObject Send(MessageQueue queue, JsonObject input)
    {
        var body = Text(input, "MessageBody");
        if (Encoding.UTF8.GetByteCount(body) > queue.Settings.MaximumMessageBytes)
            throw Invalid("One or more parameters are invalid. Reason: Message must be shorter than the queue's MaximumMessageSize.");

        var attributes = ReadAttributes(input["MessageAttributes"] as JsonObject);
        var output = new JsonObject
        {
            ["MessageId"] = queue.Send(body, attributes, Seconds(input, "DelaySeconds", 900)),
            ["MD5OfMessageBody"] = MessageDigest.OfBody(body),
        };
        if (attributes.Count > 0)
            output["MD5OfMessageAttributes"] = MessageDigest.OfAttributes(attributes);
        return output;
    }

    public static async Task<JsonObject> ReceiveAsync(MessageQueue queue, JsonObject input, CancellationToken cancellationToken)
    {
        var max = input["MaxNumberOfMessages"]?.GetValue<int>() ?? 1;
        if (max is < 1 or > 10)
            throw Invalid($"Value {max} for parameter MaxNumberOfMessages is invalid. Reason: Must be between 1 and 10, if provided.");

        var visibility = Seconds(input, "VisibilityTimeout", 43_200) ?? queue.Settings.VisibilityTimeout;
        var wait = Seconds(input, "WaitTimeSeconds", 20) ?? queue.Settings.ReceiveWait;
        var deliveries = await queue.ReceiveAsync(max, visibility, wait, cancellationToken);
        return deliveries.Count == 0 ? [] : new() { ["Messages"] = new JsonArray([.. deliveries.Select(one => Describe(one, input))]) };
    }

    public static void ChangeVisibility(MessageQueue queue, JsonObject input) =>
        queue.ChangeVisibility(
            Text(input, "ReceiptHandle"), Seconds(input, "VisibilityTimeout", 43_200) ?? throw Missing("VisibilityTimeout"));

    /// <summary>Does each entry on its own; one that fails does not stop the others.</summary>
    public static JsonObject Batch(JsonObject input, Func<JsonObject, JsonObject> act)
    {
        var entries = (input["Entries"] as JsonArray ?? []).OfType<JsonObject>().ToList();
        if (entries.Count == 0)
            throw new AwsFailure(400, "EmptyBatchRequest", "There should be at least one entry in the request.");
        if (entries.Count > 10)
            throw new AwsFailure(400, "TooManyEntriesInBatchRequest", "Maximum number of entries per request are 10.");

        var successful = new JsonArray();
        var failed = new JsonArray();
        foreach (var entry in entries)
        {
            try
            {
                var output = act(entry);
                output["Id"] = Text(entry, "Id");
                successful.Add(output);
            }
            catch (AwsFailure failure)
            {
                failed.Add(new JsonObject
                {
                    ["Id"] = Text(entry, "Id"),
                    ["Code"] = failure.Code,
                    ["Message"] = failure.Message,
                    ["SenderFault"] = true,
                });
            }
        }

        return new() { ["Successful"] = successful, ["Failed"] = failed };
    }

    public static string Text(JsonObject input, string name) =>
        input[name]?.GetValue<string>() is { Length: > 0 } text ? text : throw Missing(name);

    public static HashSet<string> Names(JsonObject input, string name) =>
        (input[name] as JsonArray)?.Select(item => item?.ToString() ?? "").ToHashSet() ?? [];

    private static JsonObject Describe(Delivery delivery, JsonObject input)
    {
        var message = delivery.Message;
        var output = new JsonObject
        {
            ["MessageId"] = message.Id,
            ["ReceiptHandle"] = delivery.Receipt,
            ["MD5OfBody"] = MessageDigest.OfBody(message.Body),
            ["Body"] = message.Body,
        };
        var system = SystemAttributes(delivery, [.. Names(input, "MessageSystemAttributeNames"), .. Names(input, "AttributeNames")]);
        if (system.Count > 0)
            output["Attributes"] = system;

        var wanted = Names(input, "MessageAttributeNames");
        var told = message.Attributes.Where(attribute => IsWanted(wanted, attribute.Key)).ToDictionary();
        if (told.Count == 0)
            return output;
        output["MD5OfMessageAttributes"] = MessageDigest.OfAttributes(told);
        output["MessageAttributes"] = new JsonObject(told.Select(item => KeyValuePair.Create(item.Key, (JsonNode?)Describe(item.Value))));
        return output;
    }

    private static JsonObject SystemAttributes(Delivery delivery, HashSet<string> wanted)
    {
        var all = new JsonObject
        {
            ["SenderId"] = AwsAccount.Id,
            ["SentTimestamp"] = Milliseconds(delivery.Message.SentAt),
            ["ApproximateReceiveCount"] = delivery.ReceiveCount.ToString(CultureInfo.InvariantCulture),
            ["ApproximateFirstReceiveTimestamp"] = Milliseconds(delivery.FirstReceivedAt),
        };
        if (delivery.Message.DeadLetterSourceArn is { } source)
            all["DeadLetterQueueSourceArn"] = source;
        foreach (var unwanted in all.Select(item => item.Key).Where(name => !wanted.Contains("All") && !wanted.Contains(name)).ToList())
            all.Remove(unwanted);
        return all;
    }

    private static JsonObject Describe(MessageAttribute attribute)
    {
        var output = new JsonObject { ["DataType"] = attribute.DataType };
        if (attribute.BinaryValue is { } bytes)
            output["BinaryValue"] = Convert.ToBase64String(bytes);
        else
            output["StringValue"] = attribute.StringValue;
        return output;
    }

    private static Dictionary<string, MessageAttribute> ReadAttributes(JsonObject? input) => input?.ToDictionary(
        item => item.Key,
        item => new MessageAttribute(
            item.Value!["DataType"]!.GetValue<string>(),
            item.Value["StringValue"]?.GetValue<string>(),
            item.Value["BinaryValue"] is { } binary ? Convert.FromBase64String(binary.GetValue<string>()) : null)) ?? [];

    private static bool IsWanted(HashSet<string> wanted, string name) => wanted.Contains("All") || wanted.Contains(name)
        || wanted.Any(
            pattern => pattern.EndsWith(".*", StringComparison.Ordinal) && name.StartsWith(pattern[..^2], StringComparison.Ordinal));

    private static TimeSpan? Seconds(JsonObject input, string name, int max)
    {
        if (input[name]?.GetValue<int>() is not { } seconds)
            return null;
        return seconds >= 0 && seconds <= max
            ? TimeSpan.FromSeconds(seconds)
            : throw Invalid($"Value {seconds} for parameter {name} is invalid. Reason: Must be >= 0 and <= {max}, if provided.");
    }

    private static string Milliseconds(DateTimeOffset at) => at.ToUnixTimeMilliseconds().ToString(CultureInfo.InvariantCulture);

    private static AwsFailure Invalid(string message) => new(400, "InvalidParameterValue", message);

    private static AwsFailure Missing(string name) => new(400, "MissingParameter", $"The request must contain the parameter {name}.");
}
