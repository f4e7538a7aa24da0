using System.Globalization;
using System.Net;
using System.Text.Json.Nodes;

namespace EtlWorker.StandIns.S3;

/// <summary>Something that happened to an object (<c>ObjectCreated:Put</c>), in the two forms in which AWS tells it.</summary>
internal sealed record ObjectEvent(Bucket Bucket, StoredObject Stored, string Name, string RequestId, DateTimeOffset At)
{
    private bool IsRemoval => Name == "ObjectRemoved:Delete";

    /// <summary>https://docs.aws.amazon.com/AmazonS3/latest/userguide/notification-content-structure.html</summary>
    public string S3Message(string region, string configurationId)
    {
        var described = new JsonObject { ["key"] = EncodeKey(Stored.Key) };
        if (!IsRemoval)
        {
            described["size"] = Stored.Content.Bytes.Length;
            described["eTag"] = Stored.Content.ETag;
        }

        if (Stored.VersionId != StoredObject.NullVersion)
            described["versionId"] = Stored.VersionId;
        described["sequencer"] = Stored.Sequencer;
        return Json.Text(new JsonObject { ["Records"] = new JsonArray(Record(region, configurationId, described)) });
    }

    /// <summary>https://docs.aws.amazon.com/AmazonS3/latest/userguide/ev-events.html; the key is not encoded there.</summary>
    public string EventBridgeMessage(string region, string reason)
    {
        var described = new JsonObject
        {
            ["key"] = Stored.Key,
            ["size"] = Stored.Content.Bytes.Length,
            ["etag"] = Stored.Content.ETag,
        };
        if (Stored.VersionId != StoredObject.NullVersion)
            described["version-id"] = Stored.VersionId;
        described["sequencer"] = Stored.Sequencer;
        return Json.Text(new JsonObject
        {
            ["version"] = "0",
            ["id"] = Guid.NewGuid().ToString(),
            ["detail-type"] = "Object Created",
            ["source"] = "aws.s3",
            ["account"] = AwsAccount.Id,
            ["time"] = At.ToUniversalTime().ToString("yyyy-MM-dd'T'HH:mm:ss'Z'", CultureInfo.InvariantCulture),
            ["region"] = region,
            ["resources"] = new JsonArray($"arn:aws:s3:::{Bucket.Name}"),
            ["detail"] = new JsonObject
            {
                ["version"] = "0",
                ["bucket"] = new JsonObject { ["name"] = Bucket.Name },
                ["object"] = described,
                ["request-id"] = RequestId,
                ["requester"] = AwsAccount.Id,
                ["source-ip-address"] = "127.0.0.1",
                ["reason"] = reason,
            },
        });
    }

    private JsonObject Record(string region, string configurationId, JsonObject described) => new()
    {
        ["eventVersion"] = "2.1",
        ["eventSource"] = "aws:s3",
        ["awsRegion"] = region,
        ["eventTime"] = S3Xml.Time(At),
        ["eventName"] = Name,
        ["userIdentity"] = new JsonObject { ["principalId"] = "AWS:AIDAEXAMPLE" },
        ["requestParameters"] = new JsonObject { ["sourceIPAddress"] = "127.0.0.1" },
        ["responseElements"] = new JsonObject { ["x-amz-request-id"] = RequestId, ["x-amz-id-2"] = "LocalAws" },
        ["s3"] = new JsonObject
        {
            ["s3SchemaVersion"] = "1.0",
            ["configurationId"] = configurationId,
            ["bucket"] = new JsonObject
            {
                ["name"] = Bucket.Name,
                ["ownerIdentity"] = new JsonObject { ["principalId"] = "A3NL1KOZZKExample" },
                ["arn"] = $"arn:aws:s3:::{Bucket.Name}",
            },
            ["object"] = described,
        },
    };

    // As a form field, but with the slashes left; WebUtility leaves three more characters that S3 does not.
    private static string EncodeKey(string key) => WebUtility.UrlEncode(key).Replace("%2F", "/", StringComparison.Ordinal)
        .Replace("!", "%21", StringComparison.Ordinal)
            .Replace("(", "%28", StringComparison.Ordinal).Replace(")", "%29", StringComparison.Ordinal);
}
