using System.Text.Json;

namespace EtlWorker.IntegrationTests.Rigging;

/// <summary>A notice as a subscriber of the topic gets it.</summary>
internal sealed record ReceivedNotice(string Subject, string Body, IReadOnlyDictionary<string, string> Attributes)
{
    public static ReceivedNotice FromEnvelope(string envelope)
    {
        using var document = JsonDocument.Parse(envelope);
        var root = document.RootElement;
        return new ReceivedNotice(
            root.GetProperty(nameof(Subject)).GetString()!,
            root.GetProperty("Message").GetString()!,
            root.GetProperty("MessageAttributes").EnumerateObject().ToDictionary(
                attribute => attribute.Name, attribute => attribute.Value.GetProperty("Value").GetString()!));
    }
}
