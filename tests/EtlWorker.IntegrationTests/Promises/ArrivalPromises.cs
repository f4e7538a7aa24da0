using System.Text.Json;
using Amazon.S3;
using Amazon.S3.Model;
using Amazon.SQS.Model;
using EtlWorker.IntegrationTests.Rigging;
using Xunit;

namespace EtlWorker.IntegrationTests.Promises;

/// <summary>What is promised of drops and messages.</summary>
public sealed class ArrivalPromises(PostgresServer postgres) : PromiseRig(postgres)
{
    [Fact]
    public async Task Ledger_first()
    {
        await using var rig = await CreateRigAsync();
        await using (var block = await Roadblock.RaiseAsync(rig, "create trigger block before insert on etl.drop for each row"))
        {
            await using var first = await rig.StartAsync();
            await rig.DropRowsAsync("orders", 3);
            await block.ReachedAsync();
            first.Kill();
            await first.ExitAsync(rig.Token);
            await block.TurnAwayAsync();
        }

        Assert.Equal((0L, 1), (await rig.QueryAsync<long>("select count(*) from etl.drop"), await rig.Aws.QueuedAsync(rig.Token)));
        await using var second = await rig.StartAsync();
        await rig.UntilAsync("select count(*) = 1 from etl.drop where source = 's3'");
        await rig.UntilAsync(async () => await rig.Aws.QueuedAsync(rig.Token) == 0);
    }

    [Theory]
    [InlineData("Enabled")]
    [InlineData("Suspended")]
    public async Task Effectively_once(string versioning)
    {
        await using var rig = await CreateRigAsync();
        await rig.Aws.S3.PutBucketVersioningAsync(
            new PutBucketVersioningRequest
            {
                BucketName = rig.Aws.Bucket,
                VersioningConfig = new S3BucketVersioningConfig { Status = VersionStatus.FindValue(versioning) },
            }, rig.Token);
        rig.Environment["ETLWORKER__RECOVERY__INTERVAL"] = "00:00:01";
        // Old enough for the listing to find it as well.
        Clock.Shift = TimeSpan.FromMinutes(-10);
        await rig.DropRowsAsync("orders", 3);
        var direct = await TakeEventAsync(rig);
        foreach (var body in new[] { direct, direct, InSns(direct), AsEventBridge(direct), direct })
        {
            await rig.Aws.Sqs.SendMessageAsync(new SendMessageRequest(rig.Aws.QueueUrl, body), rig.Token);
        }

        await using var worker = await rig.StartAsync();
        await rig.UntilAsync(async () => await rig.Aws.QueuedAsync(rig.Token) == 0);
        await rig.DropRowsAsync("reviews", 2);

        await rig.NotifiedAsync("succeeded");
        Assert.Equal("orders loaded, reviews loaded", await rig.DropsAsync());
        Assert.Equal(1, await rig.QueryAsync<long>("select count(*) from etl.run"));
    }

    [Fact]
    public async Task A_missed_event_is_found()
    {
        await using var rig = await CreateRigAsync();
        Clock.Shift = TimeSpan.FromMinutes(-10);
        Aws.Faults.DeliverCopies(rig.Aws.QueueName, 0);
        await DropSetAsync(rig);

        await using var worker = await rig.StartAsync();

        await rig.NotifiedAsync("succeeded");
        Assert.Equal((3L, 2L), (await rig.RowsAsync("orders"), await rig.RowsAsync("reviews")));
    }

    [Fact]
    public async Task Poison_is_kept_not_looped()
    {
        await using var rig = await CreateRigAsync();
        await rig.Aws.Sqs.SendMessageAsync(new SendMessageRequest(rig.Aws.QueueUrl, "{ not json"), rig.Token);
        await using var worker = await rig.StartAsync();
        await DropSetAsync(rig);

        await rig.NotifiedAsync("succeeded");

        // The set may have been found by listing before the queue was read.
        await rig.UntilAsync("select exists (select from etl.unreadable_message "
            + "where body = '{ not json' and reason like 'not JSON%' and receive_count = 1)");
        // Left to the redrive policy: hidden, neither deleted nor read again at once.
        await rig.UntilAsync(async () => await rig.Aws.QueuedAsync(rig.Token) == 1);
    }

    private static async Task<string> TakeEventAsync(Rig rig)
    {
        while (true)
        {
            var response = await rig.Aws.Sqs.ReceiveMessageAsync(
                new ReceiveMessageRequest { QueueUrl = rig.Aws.QueueUrl, MaxNumberOfMessages = 1, WaitTimeSeconds = 5 }, rig.Token);
            foreach (var message in response.Messages ?? [])
            {
                await rig.Aws.Sqs.DeleteMessageAsync(rig.Aws.QueueUrl, message.ReceiptHandle, rig.Token);
                if (message.Body.Contains("Records", StringComparison.Ordinal))
                {
                    return message.Body;
                }
            }
        }
    }

    private static string InSns(string body) => JsonSerializer.Serialize(new { Type = "Notification", Message = body });

    private static string AsEventBridge(string body)
    {
        using var document = JsonDocument.Parse(body);
        var record = document.RootElement.GetProperty("Records")[0];
        var (bucket, item) = (record.GetProperty("s3").GetProperty("bucket"), record.GetProperty("s3").GetProperty("object"));
        return JsonSerializer.Serialize(new Dictionary<string, object?>
        {
            ["source"] = "aws.s3",
            ["detail-type"] = "Object Created",
            ["time"] = record.GetProperty("eventTime").GetString(),
            ["detail"] = new Dictionary<string, object?>
            {
                ["bucket"] = new { name = bucket.GetProperty("name").GetString() },
                ["object"] = new Dictionary<string, object?>
                {
                    ["key"] = item.GetProperty("key").GetString(),
                    ["etag"] = item.GetProperty("eTag").GetString(),
                    ["version-id"] = item.TryGetProperty("versionId", out var version) ? version.GetString() : null,
                    ["size"] = item.GetProperty("size").GetInt64(),
                    ["sequencer"] = item.GetProperty("sequencer").GetString(),
                },
            },
        });
    }
}
