using System.Text.Json.Nodes;
using EtlWorker.Domain.Drops;
using EtlWorker.Intake;
using Xunit;

namespace EtlWorker.Tests.Intake;

public sealed class MessageReaderTests
{
    [Fact]
    public void A_notification_straight_from_S3_tells_one_drop()
    {
        var read = MessageReader.Read(MessageBodies.Direct(MessageBodies.Record()));

        Assert.Null(read.Fault);
        Assert.Equal(
            new DropEvent
            {
                Bucket = "landing",
                Key = "orders_data/orders.csv",
                VersionId = "096fKKXTRTtl3on89fVO.nfljtsv6qko",
                ETag = "d41d8cd98f00b204e9800998ecf8427e",
                Size = 1024,
                Sequencer = "0055AED6DCD90281E5",
                EventTime = new DateTimeOffset(2026, 3, 1, 7, 5, 9, 123, TimeSpan.Zero),
                Source = DropSource.S3,
            },
            Assert.Single(read.Events));
    }

    [Fact]
    public void Every_record_of_a_message_is_told_in_its_order()
    {
        var read = MessageReader.Read(
            MessageBodies.Direct(MessageBodies.Record("a.csv"), MessageBodies.Record("b.csv"), MessageBodies.Record("c.csv")));

        Assert.Null(read.Fault);
        Assert.Equal(["a.csv", "b.csv", "c.csv"], read.Events.Select(told => told.Key));
    }

    [Fact]
    public void A_notification_in_an_SNS_envelope_tells_the_same_drop()
    {
        var direct = MessageReader.Read(MessageBodies.Direct(MessageBodies.Record()));
        var wrapped = MessageReader.Read(MessageBodies.InSns(MessageBodies.Direct(MessageBodies.Record())));

        Assert.Null(wrapped.Fault);
        Assert.Equal(direct.Events.Single() with { Source = DropSource.Sns }, Assert.Single(wrapped.Events));
    }

    [Fact]
    public void An_EventBridge_event_has_its_key_as_it_is()
    {
        var read = MessageReader.Read(MessageBodies.EventBridge("orders data/a+b%2F.csv").ToJsonString());

        Assert.Null(read.Fault);
        Assert.Equal(
            new DropEvent
            {
                Bucket = "landing",
                Key = "orders data/a+b%2F.csv",
                VersionId = "IYV3p45BT0ac8hjHg1houSdS1a.Mro8e",
                ETag = "b1946ac92492d2347c6235b4d2611184",
                Size = 5,
                Sequencer = "617f08299329d189",
                EventTime = new DateTimeOffset(2026, 3, 1, 7, 5, 9, TimeSpan.Zero),
                Source = DropSource.EventBridge,
            },
            Assert.Single(read.Events));
    }

    [Fact]
    public void An_EventBridge_event_through_SNS_is_one_too()
    {
        var read = MessageReader.Read(MessageBodies.InSns(MessageBodies.EventBridge("a.csv").ToJsonString()));

        Assert.Null(read.Fault);
        Assert.Equal("a.csv", Assert.Single(read.Events).Key);
    }

    [Theory]
    [InlineData("Object Deleted")]
    [InlineData("Object Tags Added")]
    [InlineData("Object Restore Completed")]
    [InlineData("Object Storage Class Changed")]
    [InlineData("AWS API Call via CloudTrail")]
    public void An_EventBridge_event_of_another_kind_tells_of_no_drop(string kind)
    {
        var whole = MessageBodies.EventBridge("a.csv").With("detail-type", kind);
        foreach (var body in new[] { whole.ToJsonString(), whole.Without("detail.object").ToJsonString() })
        {
            var read = MessageReader.Read(body);

            Assert.Null(read.Fault);
            Assert.Empty(read.Events);
        }
    }

    [Fact]
    public void The_test_event_of_S3_is_read_and_tells_nothing()
    {
        foreach (var body in new[] { MessageBodies.TestEvent, MessageBodies.InSns(MessageBodies.TestEvent) })
        {
            var read = MessageReader.Read(body);
            Assert.Null(read.Fault);
            Assert.Empty(read.Events);
        }
    }

    [Theory]
    [InlineData("orders+data/my+file.csv", "orders data/my file.csv")]
    [InlineData("orders_data%2Forders.csv", "orders_data/orders.csv")]
    [InlineData("a%2Bb.csv", "a+b.csv")]
    [InlineData("a%252Fb.csv", "a%2Fb.csv")]
    [InlineData("%E5%9B%BD/%C3%BC.csv", "国/ü.csv")]
    [InlineData("%F0%9F%93%A6.csv", "📦.csv")]
    [InlineData("sch%C3%B6n.csv", "schön.csv")]
    [InlineData("schön.csv", "schön.csv")]
    [InlineData("100%.csv", "100%.csv")]
    public void A_form_encoded_key_is_decoded_once(string encoded, string key) =>
        Assert.Equal(key, Assert.Single(MessageReader.Read(MessageBodies.Direct(MessageBodies.Record(encoded))).Events).Key);

    [Fact]
    public void A_bucket_without_versioning_gives_no_version_id()
    {
        var records = new[]
        {
            MessageBodies.Record().With("s3.object.versionId", "null"),
            MessageBodies.Record().With("s3.object.versionId", ""),
            MessageBodies.Record().With("s3.object.versionId", null),
            MessageBodies.Record().Without("s3.object.versionId"),
        };

        var read = MessageReader.Read(MessageBodies.Direct(records));

        Assert.Null(read.Fault);
        Assert.Equal(4, read.Events.Count);
        Assert.All(read.Events, told => Assert.Null(told.VersionId));
    }

    [Fact]
    public void What_a_record_may_lack_is_null_or_nothing()
    {
        var record = MessageBodies.Record().Without("s3.object.sequencer").Without("s3.object.eTag").Without("s3.object.size");

        var told = Assert.Single(MessageReader.Read(MessageBodies.Direct(record)).Events);

        Assert.Null(told.Sequencer);
        Assert.Null(told.ETag);
        Assert.Equal(Drop.UnknownSize, told.Size);
    }

    [Fact]
    public void An_ETag_is_told_without_quotes() =>
        Assert.Equal(
            "abc",
            Assert.Single(MessageReader.Read(MessageBodies.Direct(MessageBodies.Record().With("s3.object.eTag", "\"abc\""))).Events).ETag);

    [Theory]
    [InlineData("2026-03-01T07:05:09.123Z", "2026-03-01T07:05:09.123+00:00")]
    [InlineData("2026-03-01T07:05:09", "2026-03-01T07:05:09+00:00")]
    [InlineData("2026-03-01T07:05:09+01:00", "2026-03-01T06:05:09+00:00")]
    [InlineData("2026-03-01T23:30:00-05:00", "2026-03-02T04:30:00+00:00")]
    public void An_event_time_without_a_zone_is_UTC(string written, string utc)
    {
        var told = Assert.Single(MessageReader.Read(MessageBodies.Direct(MessageBodies.Record().With("eventTime", written))).Events);

        Assert.Equal(DateTimeOffset.Parse(utc, System.Globalization.CultureInfo.InvariantCulture), told.EventTime);
        Assert.Equal(TimeSpan.Zero, told.EventTime.Offset);
    }

    [Theory]
    [InlineData("ObjectRemoved:Delete")]
    [InlineData("ObjectRemoved:DeleteMarkerCreated")]
    [InlineData("ObjectRestore:Completed")]
    [InlineData("ObjectTagging:Put")]
    [InlineData("ObjectTagging:Delete")]
    [InlineData("s3:ObjectAcl:Put")]
    [InlineData("LifecycleExpiration:Delete")]
    [InlineData("LifecycleTransition")]
    [InlineData("Replication:OperationReplicatedAfterThreshold")]
    [InlineData("ReducedRedundancyLostObject")]
    [InlineData("ObjectCreatedNot:Put")]
    public void A_record_of_another_kind_tells_of_no_drop_and_costs_none_of_the_others(string eventName)
    {
        var bare = MessageBodies.Record("bare.csv").With("eventName", eventName).Without("s3.object");
        var whole = MessageBodies.Record("a.csv").With("eventName", eventName);
        var read = MessageReader.Read(MessageBodies.Direct(whole, MessageBodies.Record("b.csv"), bare));

        Assert.Null(read.Fault);
        Assert.Equal("b.csv", Assert.Single(read.Events).Key);
    }

    [Theory]
    [InlineData("ObjectCreated:Put")]
    [InlineData("ObjectCreated:CompleteMultipartUpload")]
    [InlineData("s3:ObjectCreated:Copy")]
    [InlineData("ObjectCreated:Post")]
    public void An_event_that_creates_an_object_tells_of_a_drop(string eventName) =>
        Assert.Single(MessageReader.Read(MessageBodies.Direct(MessageBodies.Record().With("eventName", eventName))).Events);

    [Fact]
    public void A_bad_record_among_good_ones_is_named_and_costs_none_of_them()
    {
        var read = MessageReader.Read(MessageBodies.Direct(
            MessageBodies.Record("a.csv"), MessageBodies.Record().Without("s3.object"), JsonValue.Create(7),
            MessageBodies.Record("b.csv")));

        Assert.Equal("record 2: has no s3.bucket and s3.object", read.Fault);
        Assert.Equal(["a.csv", "b.csv"], read.Events.Select(told => told.Key));
    }

    [Fact]
    public void A_record_without_what_a_drop_needs_is_a_fault()
    {
        var bad = new[]
        {
            MessageBodies.Record().Without("eventName"),
            MessageBodies.Record().With("eventName", ""),
            MessageBodies.Record().With("eventName", 7),
            MessageBodies.Record().Without("s3"),
            MessageBodies.Record().Without("s3.bucket"),
            MessageBodies.Record().Without("s3.bucket.name"),
            MessageBodies.Record().With("s3.bucket.name", 1),
            MessageBodies.Record().Without("s3.object.key"),
            MessageBodies.Record().With("s3.object.key", ""),
            MessageBodies.Record().With("s3.object", "orders.csv"),
            MessageBodies.Record().Without("eventTime"),
            MessageBodies.Record().With("eventTime", "yesterday"),
            MessageBodies.Record().With("eventTime", "10:00"),
            MessageBodies.Record().With("eventTime", "0001-01-01T00:00:00Z"),
            MessageBodies.Record().With("eventTime", 1772348709),
        };

        Assert.All(bad, record =>
        {
            var read = MessageReader.Read(MessageBodies.Direct(record));
            Assert.StartsWith("record 1: ", read.Fault, StringComparison.Ordinal);
            Assert.Empty(read.Events);
        });
    }

    [Theory]
    [InlineData("\"1024\"")]
    [InlineData("true")]
    [InlineData("null")]
    [InlineData("{}")]
    [InlineData("1e400")]
    [InlineData("10.5")]
    public void A_size_that_is_no_whole_number_never_costs_the_other_records(string size)
    {
        var strange = MessageBodies.Record("a.csv").With("s3.object.size", JsonNode.Parse(size));

        var read = MessageReader.Read(MessageBodies.Direct(strange, MessageBodies.Record("b.csv")));

        Assert.Contains("b.csv", read.Events.Select(told => told.Key));
    }

    [Theory]
    [InlineData("s3.object.key")]
    [InlineData("s3.object.versionId")]
    [InlineData("s3.object.eTag")]
    [InlineData("s3.object.sequencer")]
    [InlineData("s3.bucket.name")]
    [InlineData("eventName")]
    [InlineData("eventTime")]
    public void Text_that_the_ledger_cannot_keep_is_a_fault_of_its_record_alone(string path)
    {
        // Half a surrogate pair, which no decoder takes, and NUL, which PostgreSQL does not store.
        foreach (var text in new[] { @"a\ud800b", @"a\u0000b" })
        {
            var strange = MessageBodies.Record("a.csv").With(path, "@@").ToJsonString().Replace("@@", text, StringComparison.Ordinal);

            var read = MessageReader.Read($$"""{"Records":[{{strange}},{{MessageBodies.Record("b.csv").ToJsonString()}}]}""");

            Assert.StartsWith("record 1: ", read.Fault, StringComparison.Ordinal);
            Assert.Equal("b.csv", Assert.Single(read.Events).Key);
        }
    }

    [Fact]
    public void A_key_that_decodes_to_NUL_or_is_longer_than_S3_allows_is_a_fault()
    {
        foreach (var key in new[] { "a%00b.csv", new string('k', 1025), string.Concat(Enumerable.Repeat("%E5%9B%BD", 400)) })
        {
            var read = MessageReader.Read(MessageBodies.Direct(MessageBodies.Record(key)));
            Assert.StartsWith("record 1: ", read.Fault, StringComparison.Ordinal);
            Assert.Empty(read.Events);
        }

        Assert.Null(MessageReader.Read(MessageBodies.Direct(MessageBodies.Record(new string('k', 1024)))).Fault);
    }

    [Theory]
    [InlineData("")]
    [InlineData("   ")]
    [InlineData("hello")]
    [InlineData("[]")]
    [InlineData("[{\"Records\":[]}]")]
    [InlineData("7")]
    [InlineData("null")]
    [InlineData("\"text\"")]
    [InlineData("{}")]
    [InlineData("{\"Records\":7}")]
    [InlineData("{\"Records\":null}")]
    [InlineData("{\"Records\":[7]}")]
    [InlineData("{\"Records\":[null]}")]
    [InlineData("{\"source\":\"aws.s3\",\"detail\":7}")]
    [InlineData("{\"source\":\"aws.s3\",\"detail\":{}}")]
    [InlineData("{\"source\":\"aws.ec2\",\"detail\":{}}")]
    [InlineData("{\"Type\":\"SubscriptionConfirmation\",\"Message\":\"You have chosen to subscribe\"}")]
    [InlineData("{\"Type\":\"Notification\",\"Message\":7}")]
    [InlineData("{\"Records\":[}")]
    [InlineData("{\"a\":\"\\ud800\",\"Type\":\"\\ud800\"}")]
    [InlineData("{\"\\ud800\":1}")]
    public void What_is_no_notification_is_a_fault_and_never_an_exception(string body)
    {
        foreach (var told in new[] { body, MessageBodies.InSns(body) })
        {
            var read = MessageReader.Read(told);
            Assert.NotNull(read.Fault);
            Assert.Empty(read.Events);
        }
    }

    [Fact]
    public void Deep_nesting_is_a_fault()
    {
        var deep = string.Concat(Enumerable.Repeat("{\"Records\":[", 5_000));
        Assert.NotNull(MessageReader.Read(deep).Fault);
        Assert.NotNull(MessageReader.Read(new string('[', 100_000)).Fault);

        var envelopes = Enumerable.Range(0, 10).Aggregate("garbage", (body, _) => MessageBodies.InSns(body));
        Assert.NotNull(MessageReader.Read(envelopes).Fault);
    }

    [Fact]
    public void No_mutation_of_a_valid_message_throws()
    {
        var seed = Random.Shared.Next();
        var random = new Random(seed);
        string[] valid =
        [
            MessageBodies.Direct(MessageBodies.Record(), MessageBodies.Record("a+b.csv")),
            MessageBodies.InSns(MessageBodies.Direct(MessageBodies.Record())),
            MessageBodies.EventBridge("orders.csv").ToJsonString(),
            MessageBodies.TestEvent,
        ];
        for (var round = 0; round < 20_000; round++)
        {
            var body = Mutated(valid[random.Next(valid.Length)], random);
            try
            {
                MessageReader.Read(body);
            }
            catch (Exception fault) when (fault is not OutOfMemoryException)
            {
                Assert.Fail($"seed {seed}, round {round}: {fault.GetType().Name} {fault.Message} for {MessageBodies.Quoted(body)}");
            }
        }
    }

    private static string Mutated(string body, Random random)
    {
        string[] scraps =
        [
            "\"", "\\", "{", "}", "[", "]", ",", ":", "null", "true", "-1", "1e999", "99999999999999999999", "\\ud800", "\\u0000", "\0",
            "\ud800", "%00", "%",
            "+", "é", "{}", "[]", "\"\"", "0001-01-01T00:00:00+14:00", "9999-12-31T23:59:59-14:00",
        ];
        for (var edits = random.Next(1, 5); edits > 0; edits--)
        {
            var at = random.Next(body.Length + 1);
            var length = Math.Min(random.Next(4) == 0 ? random.Next(40) : random.Next(3), body.Length - at);
            var put = random.Next(3) == 0 ? ((char)random.Next(1, 0x250)).ToString() : scraps[random.Next(scraps.Length)];
            body = string.Concat(body.AsSpan(0, at), random.Next(3) == 0 ? "" : put, body.AsSpan(at + length));
        }

        return body;
    }
}
