using System.Globalization;
using System.Net;
using System.Text;
using System.Text.Json;
using EtlWorker.Domain.Drops;

namespace EtlWorker.Intake;

/// <summary>One record of an S3 notification, or an EventBridge event's detail, as an event of ours.</summary>
internal static class S3Record
{
    /// <summary>S3's own limit for keys and version ids; the ledger's unique key could not hold much more.</summary>
    private const int MostTextBytes = 1024;

    /// <param name="record">The record.</param>
    /// <param name="source">The way by which it came.</param>
    /// <param name="told">The drop that it reports; null for an event of another kind, which is of no object that landed.</param>
    /// <returns>What is wrong with the record, or null.</returns>
    public static string? FromNotification(JsonElement record, DropSource source, out DropEvent? told)
    {
        told = null;
        if (record.Text("eventName") is not { Length: > 0 } eventName || eventName.Contains('\0', StringComparison.Ordinal))
        {
            return "has no eventName";
        }

        if (!IsCreation(eventName))
        {
            return null;
        }

        if (!record.TryObject("s3", out var s3) || !s3.TryObject("bucket", out var bucket) || !s3.TryObject("object", out var item))
        {
            return "has no s3.bucket and s3.object";
        }

        // Keys are form-encoded here: a space is a plus, and a slash may come as %2F.
        var key = item.Text("key") is { } encoded ? WebUtility.UrlDecode(encoded) : null;
        return Make(bucket.Text("name"), key, record.Text("eventTime"), source, item, "eTag", "versionId", out told);
    }

    /// <param name="root">The event.</param>
    /// <param name="detail">Its detail.</param>
    /// <param name="told">The drop that it reports; null for an event of another kind.</param>
    /// <returns>What is wrong with the event, or null.</returns>
    public static string? FromEventBridge(JsonElement root, JsonElement detail, out DropEvent? told)
    {
        told = null;
        if (root.Text("detail-type") is not { Length: > 0 } kind)
        {
            return "has no detail-type";
        }

        if (kind != "Object Created")
        {
            return null;
        }

        if (!detail.TryObject("bucket", out var bucket) || !detail.TryObject("object", out var item))
        {
            return "has no detail.bucket and detail.object";
        }

        return Make(bucket.Text("name"), item.Text("key"), root.Text("time"), DropSource.EventBridge, item, "etag", "version-id", out told);
    }

    private static string? Make(
        string? bucket, string? key, string? time, DropSource source, JsonElement item, string etag, string version,
        out DropEvent? told)
    {
        told = null;
        if (string.IsNullOrEmpty(bucket) || string.IsNullOrEmpty(key))
        {
            return "names no bucket or no key";
        }

        var (versionId, tag, sequencer) = (item.Text(version), item.Text(etag)?.Trim('"'), item.Text("sequencer"));
        foreach (var text in new[] { bucket, key, versionId, tag, sequencer })
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
        if (!DateTimeOffset.TryParse(
                time, CultureInfo.InvariantCulture, DateTimeStyles.AssumeUniversal | DateTimeStyles.AdjustToUniversal, out var at)
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
        };
        return null;
    }

    // ObjectTagging, ObjectRemoved, ObjectAcl, ObjectRestore, LifecycleExpiration, Replication and the like name an object that is, or
    // was, there. Some stand-ins write the s3: of the configuration here too.
    private static bool IsCreation(string eventName) =>
        eventName.StartsWith("ObjectCreated:", StringComparison.Ordinal)
        || eventName.StartsWith("s3:ObjectCreated:", StringComparison.Ordinal);

    private static bool TryObject(this JsonElement element, string name, out JsonElement found)
    {
        found = default;
        return element.ValueKind == JsonValueKind.Object && element.TryGetProperty(name, out found)
            && found.ValueKind == JsonValueKind.Object;
    }

    /// <exception cref="InvalidOperationException">The text, or a name beside it, holds half a surrogate pair.</exception>
    internal static string? Text(this JsonElement element, string name) =>
        element.ValueKind == JsonValueKind.Object && element.TryGetProperty(name, out var value) && value.ValueKind == JsonValueKind.String
            ? value.GetString()
            : null;
}
