using System.Text.Json;
using System.Text.Json.Nodes;

namespace EtlWorker.Tests.Intake;

/// <summary>Queue messages as AWS writes them.</summary>
internal static class MessageBodies
{
    public const string TestEvent =
        """{"Service":"Amazon S3","Event":"s3:TestEvent","Time":"2014-10-13T15:57:02.089Z","Bucket":"bucketname","RequestId":"""
        + """ "5582815E1AEA5ADF","HostId":"8cLeGAmw098X5cv4Zkwcmo8vvZa3eH3eKxsPzbB9wrR+YstdA6Knx4Ip8EXAMPLE"}""";

    /// <summary>https://docs.aws.amazon.com/AmazonS3/latest/userguide/notification-content-structure.html</summary>
    public static JsonObject Record(string key = "orders_data/orders.csv") => new()
    {
        ["eventVersion"] = "2.1",
        ["eventSource"] = "aws:s3",
        ["awsRegion"] = "af-south-1",
        ["eventTime"] = "2026-03-01T07:05:09.123Z",
        ["eventName"] = "ObjectCreated:Put",
        ["s3"] = new JsonObject
        {
            ["s3SchemaVersion"] = "1.0",
            ["bucket"] = new JsonObject { ["name"] = "landing", ["arn"] = "arn:aws:s3:::landing" },
            ["object"] = new JsonObject
            {
                ["key"] = key,
                ["size"] = 1024,
                ["eTag"] = "d41d8cd98f00b204e9800998ecf8427e",
                ["versionId"] = "096fKKXTRTtl3on89fVO.nfljtsv6qko",
                ["sequencer"] = "0055AED6DCD90281E5",
            },
        },
    };

    public static JsonObject With(this JsonObject record, string path, JsonNode? value)
    {
        var names = path.Split('.');
        names[..^1].Aggregate(record, (parent, name) => (JsonObject)parent[name]!)[names[^1]] = value;
        return record;
    }

    public static JsonObject Without(this JsonObject record, string path)
    {
        var names = path.Split('.');
        names[..^1].Aggregate(record, (parent, name) => (JsonObject)parent[name]!).Remove(names[^1]);
        return record;
    }

    public static string Direct(params JsonNode[] records) => new JsonObject { ["Records"] = new JsonArray(records) }.ToJsonString();

    public static string InSns(string message) => new JsonObject
    {
        ["Type"] = "Notification",
        ["MessageId"] = "22b80b92-fdea-4c2c-8f9d-bdfb0c7bf324",
        ["TopicArn"] = "arn:aws:sns:af-south-1:123456789012:drops",
        ["Subject"] = "Amazon S3 Notification",
        ["Message"] = message,
        ["Timestamp"] = "2026-03-01T07:05:10.000Z",
        ["SignatureVersion"] = "1",
    }.ToJsonString();

    /// <summary>https://docs.aws.amazon.com/AmazonS3/latest/userguide/ev-events.html</summary>
    public static JsonObject EventBridge(string key) => new()
    {
        ["version"] = "0",
        ["id"] = "17793124-05d4-b198-2fde-7ededc63b103",
        ["detail-type"] = "Object Created",
        ["source"] = "aws.s3",
        ["account"] = "111122223333",
        ["time"] = "2026-03-01T07:05:09Z",
        ["region"] = "af-south-1",
        ["resources"] = new JsonArray("arn:aws:s3:::landing"),
        ["detail"] = new JsonObject
        {
            ["version"] = "0",
            ["bucket"] = new JsonObject { ["name"] = "landing" },
            ["object"] = new JsonObject
            {
                ["key"] = key,
                ["size"] = 5,
                ["etag"] = "b1946ac92492d2347c6235b4d2611184",
                ["version-id"] = "IYV3p45BT0ac8hjHg1houSdS1a.Mro8e",
                ["sequencer"] = "617f08299329d189",
            },
            ["reason"] = "PutObject",
        },
    };

    public static string Quoted(string text) => JsonSerializer.Serialize(text);
}
