using System.Globalization;
using System.Text.Json;
using System.Text.Json.Nodes;
using EtlWorker.StandIns.Http;

namespace EtlWorker.StandIns.Sqs;

/// <summary>A queue's attributes as they were set, checked and readable by type.</summary>
internal sealed class QueueSettings
{
    private static readonly Dictionary<string, (string Default, int Max)> Numbers = new()
    {
        ["VisibilityTimeout"] = ("30", 43_200),
        ["DelaySeconds"] = ("0", 900),
        ["ReceiveMessageWaitTimeSeconds"] = ("0", 20),
        ["MessageRetentionPeriod"] = ("345600", 1_209_600),
        ["MaximumMessageSize"] = ("1048576", 1_048_576),
    };

    // Kept and told back, without effect.
    private static readonly HashSet<string> Texts =
        ["RedrivePolicy", "RedriveAllowPolicy", "Policy", "SqsManagedSseEnabled", "KmsMasterKeyId", "KmsDataKeyReusePeriodSeconds"];

    private readonly Dictionary<string, string> _values = Numbers.ToDictionary(number => number.Key, number => number.Value.Default);

    public TimeSpan VisibilityTimeout => Seconds("VisibilityTimeout");

    public TimeSpan Delay => Seconds("DelaySeconds");

    public TimeSpan ReceiveWait => Seconds("ReceiveMessageWaitTimeSeconds");

    public int MaximumMessageBytes => int.Parse(_values["MaximumMessageSize"], CultureInfo.InvariantCulture);

    /// <summary>The dead-letter queue and after how many receives a message goes there; null without a redrive policy.</summary>
    public (string TargetArn, int MaxReceiveCount)? Redrive { get; private set; }

    public IReadOnlyDictionary<string, string> Values => _values;

    public bool Agrees(IReadOnlyDictionary<string, string> attributes) =>
        attributes.All(wanted => _values.TryGetValue(wanted.Key, out var value) && value == wanted.Value);

    public void Set(IReadOnlyDictionary<string, string> attributes)
    {
        foreach (var (name, value) in attributes)
            Set(name, value);
    }

    private void Set(string name, string value)
    {
        if (Numbers.TryGetValue(name, out var number))
        {
            if (!int.TryParse(value, NumberStyles.None, CultureInfo.InvariantCulture, out var parsed) || parsed > number.Max)
                throw Invalid(name, value);
        }
        else if (!Texts.Contains(name))
        {
            throw new AwsFailure(400, "InvalidAttributeName", $"Unknown Attribute {name}.");
        }

        if (name == "RedrivePolicy")
            Redrive = value.Length == 0 ? null : ReadRedrive(value);
        if (value.Length == 0)
            _values.Remove(name);
        else
            _values[name] = value;
    }

    private static (string TargetArn, int MaxReceiveCount) ReadRedrive(string value)
    {
        try
        {
            var policy = JsonNode.Parse(value)!;
            // AWS takes the count as a number and as a string.
            return (
                policy["deadLetterTargetArn"]!.GetValue<string>(),
                int.Parse(policy["maxReceiveCount"]!.ToString(), CultureInfo.InvariantCulture));
        }
        catch (Exception malformed) when (
            malformed is JsonException or NullReferenceException or FormatException or InvalidOperationException)
        {
            throw Invalid("RedrivePolicy", value);
        }
    }

    private static AwsFailure Invalid(string name, string value) =>
        new(400, "InvalidAttributeValue", $"Value {value} for parameter {name} is invalid.");

    private TimeSpan Seconds(string name) => TimeSpan.FromSeconds(int.Parse(_values[name], CultureInfo.InvariantCulture));
}
