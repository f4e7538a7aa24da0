using System.Text.Json;
using EtlWorker.Domain.Drops;

namespace EtlWorker.Intake;

/// <summary>
/// Unwraps a queue message: an S3 notification itself, one in an SNS envelope, an EventBridge event, or the test event that
/// S3 sends when a notification is configured.
/// </summary>
/// <remarks>
/// https://docs.aws.amazon.com/AmazonS3/latest/userguide/notification-content-structure.html and
/// https://docs.aws.amazon.com/AmazonS3/latest/userguide/ev-events.html
/// </remarks>
internal static class MessageReader
{
    private const string NoText = "holds text that is not Unicode";

    public static ReadMessage Read(string body)
    {
        try
        {
            using var document = JsonDocument.Parse(body);
            return Read(document.RootElement, DropSource.S3);
        }
        catch (JsonException fault)
        {
            return Unreadable($"not JSON: line {fault.LineNumber + 1}, byte {fault.BytePositionInLine}");
        }
        catch (Exception fault) when (fault is InvalidOperationException or ArgumentException)
        {
            // Half a surrogate pair is valid JSON while it is escaped, and no text once it is read.
            return Unreadable(NoText);
        }
    }

    private static ReadMessage Read(JsonElement root, DropSource source)
    {
        if (root.ValueKind != JsonValueKind.Object)
        {
            return Unreadable($"a JSON {root.ValueKind} where an object is expected");
        }

        if (root.TryGetProperty("Records", out var records) && records.ValueKind == JsonValueKind.Array)
        {
            return ReadRecords(records, source);
        }

        if (root.Text("Type") == "Notification" && root.Text("Message") is { } inner)
        {
            using var document = JsonDocument.Parse(inner);
            return Read(document.RootElement, DropSource.Sns);
        }

        if (root.TryGetProperty("detail", out var detail) && root.Text("source") == "aws.s3")
        {
            return S3Record.FromEventBridge(root, detail, out var told) is { } fault
                ? Unreadable(fault)
                : new ReadMessage(told is null ? [] : [told], null);
        }

        return root.Text("Event") == "s3:TestEvent"
            ? new ReadMessage([], null)
            : Unreadable("neither an S3 notification, nor one in an SNS envelope, nor an EventBridge event, nor a test event");
    }

    private static ReadMessage ReadRecords(JsonElement records, DropSource source)
    {
        var events = new List<DropEvent>();
        string? fault = null;
        var number = 0;
        foreach (var record in records.EnumerateArray())
        {
            number++;
            if (FaultIn(record, source, out var told) is { } reason)
            {
                fault ??= $"record {number}: {reason}";
            }
            else if (told is not null)
            {
                events.Add(told);
            }
        }

        return new ReadMessage(events, fault);
    }

    private static string? FaultIn(JsonElement record, DropSource source, out DropEvent? told)
    {
        try
        {
            return S3Record.FromNotification(record, source, out told);
        }
        catch (InvalidOperationException)
        {
            told = null;
            return NoText;
        }
    }

    private static ReadMessage Unreadable(string reason) => new([], reason);
}
