using System.Globalization;
using System.Net;
using System.Text;
using System.Text.Json;
using EtlWorker.Domain.Drops;

namespace EtlWorker.Triggering;

/// <summary>One record of an S3 notification, or an EventBridge event's detail, as an event of ours.</summary>
internal static class S3Record
{
    /// <summary>S3's own limit for keys and version ids; the ledger's unique key could not hold much more.</summary>
    private const int MostTextBytes = 1024;

    /// <returns>What is wrong with the record, or null.</returns>
    public static string? FromNotification(JsonElement record, DropSource source, out DropEvent? told)
    {
        told = null;
        if (!record.TryObject("s3", out var s3) || !s3.TryObject("bucket", out var bucket) || !s3.TryObject("object", out var item))
        {
            return "has no s3.bucket and s3.object";
        }

        // Keys are form-encoded here: a space is a plus, and a slash may come as %2F.
        var key = item.Text("key") is { } encoded ? WebUtility.UrlDecode(encoded) : null;
        return Make(bucket.Text("name"), key, record.Text("eventTime"), Removal(record.Text("eventName")), source, item, "eTag", "versionId", out told);
    }

    /// <returns>What is wrong with the event, or null.</returns>
    public static string? FromEventBridge(JsonElement root, JsonElement detail, out DropEvent? told)
    {
        told = null;
        if (!detail.TryObject("bucket", out var bucket) || !detail.TryObject("object", out var item))
        {
            return "has no detail.bucket and detail.object";
        }

        var ignored = root.Text("detail-type") == "Object Created" ? null : $"'{root.Text("detail-type")}' creates no object";
        return Make(bucket.Text("name"), item.Text("key"), root.Text("time"), ignored, DropSource.EventBridge, item, "etag", "version-id", out told);
    }

    private static string? Make(
        string? bucket, string? key, string? time, string? ignored, DropSource source, JsonElement item, string etag, string version,
        out DropEvent? told)
    {
        told = null;
        if (string.IsNullOrEmpty(bucket) || string.IsNullOrEmpty(key))
        {
            return "names no bucket or no key";
        }

        var (versionId, tag, sequencer) = (item.Text(version), item.Text(etag)?.Trim('"'), item.Text("sequencer"));
        foreach (var text in new[] { bucket, key, versionId, tag, sequencer, ignored })
        {
            if (text?.Contains('\0') == true)
            {
                return "holds a NUL character";
            }

            if (text is not null && Encoding.UTF8.GetByteCount(text) > MostTextBytes)
            {
                return $"holds a name longer than S3's {MostTextBytes} bytes";
            }
        }

        // Some stand-ins leave the zone out; the time is UTC all the same.
        if (!DateTimeOffset.TryParse(time, CultureInfo.InvariantCulture, DateTimeStyles.AssumeUniversal | DateTimeStyles.AdjustToUniversal, out var at)
            || !time.Contains('T', StringComparison.Ordinal) || at.Year is < 2006 or > 2999)
        {
            return "has no event time of S3's";
        }

        told = new DropEvent
        {
            Bucket = bucket,
            Key = key,
            VersionId = versionId is "" or "null" ? null : versionId,
            ETag = tag is "" ? null : tag,
            Size = item.TryGetProperty("size", out var size) && size.ValueKind == JsonValueKind.Number && size.TryGetInt64(out var bytes)
                ? bytes : Drop.UnknownSize,
            Sequencer = sequencer is "" ? null : sequencer,
            EventTime = at,
            Source = source,
            IgnoredBecause = ignored,
        };
        return null;
    }

    private static string? Removal(string? eventName) =>
        eventName?.Contains("ObjectCreated", StringComparison.Ordinal) == true ? null : $"'{eventName}' creates no object";

    private static bool TryObject(this JsonElement element, string name, out JsonElement found)
    {
        found = default;
        return element.ValueKind == JsonValueKind.Object && element.TryGetProperty(name, out found) && found.ValueKind == JsonValueKind.Object;
    }

    /// <exception cref="InvalidOperationException">The text, or a name beside it, holds half a surrogate pair.</exception>
    internal static string? Text(this JsonElement element, string name) =>
        element.ValueKind == JsonValueKind.Object && element.TryGetProperty(name, out var value) && value.ValueKind == JsonValueKind.String
            ? value.GetString()
            : null;
}
