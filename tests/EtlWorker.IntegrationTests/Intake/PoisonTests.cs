using Amazon.SQS.Model;
using EtlWorker.IntegrationTests.Rigging;
using EtlWorker.StandIns;
using Xunit;

namespace EtlWorker.IntegrationTests.Intake;

/// <summary>Poison is kept, not looped: what cannot be read is recorded, left to the redrive policy, and stops nobody.</summary>
public sealed class PoisonTests(PostgresServer postgres) : IAsyncLifetime
{
    private LocalAws _aws = null!;

    public async ValueTask InitializeAsync() => _aws = await LocalAws.StartAsync(cancellationToken: TestContext.Current.CancellationToken);

    public ValueTask DisposeAsync() => _aws.DisposeAsync();

    [Fact]
    public async Task Unreadable_messages_are_kept_with_their_reason_and_the_set_among_them_runs()
    {
        await using var rig = await Rig.CreateAsync(postgres, _aws.Endpoint, null, TestContext.Current.CancellationToken);
        using var sample = new SampleDirectory(orders: 100);
        foreach (var body in new[] { "{ not json", "[]", """{"Records":[{"eventSource":"aws:s3"}]}""", """{"hello":"world"}""" })
        {
            await rig.Aws.Sqs.SendMessageAsync(new SendMessageRequest(rig.Aws.QueueUrl, body), rig.Token);
        }

        await rig.DropRequiredAsync(sample.Path);
        await using var worker = await rig.StartAsync();

        Assert.Equal("succeeded", (await rig.Aws.NextNoticeAsync(rig.Token)).Attributes["status"]);
        // The set may have been found by listing before the queue was read, and its messages are deleted when it was.
        await rig.UntilAsync("select count(*) = 4 from etl.unreadable_message where reason <> '' and receive_count = 1");
        // Hidden for longer, not deleted.
        await rig.UntilAsync(async () => await rig.Aws.QueuedAsync(rig.Token) == 4);
        Assert.False(worker.HasExited);
    }

    [Fact]
    public async Task A_message_with_one_bad_record_keeps_the_good_ones()
    {
        await using var rig = await Rig.CreateAsync(postgres, _aws.Endpoint, null, TestContext.Current.CancellationToken);
        await using var worker = await rig.StartAsync();
        var body = """
            {"Records":[{"eventName":"ObjectCreated:Put"},
             {"eventName":"ObjectCreated:Put","eventTime":"2026-11-20T07:00:00.000Z",
              "s3":{"bucket":{"name":"BUCKET"},"object":{"key":"orders_data/orders.csv","size":5,"versionId":"v1"}}}]}
            """.Replace("BUCKET", rig.Aws.Bucket, StringComparison.Ordinal);
        await rig.Aws.Sqs.SendMessageAsync(new SendMessageRequest(rig.Aws.QueueUrl, body), rig.Token);

        await worker.SeeAsync("cannot be read: record 1: ", rig.Token);
        // Its set, days old, may have been excluded by now.
        Assert.Equal("v1", await rig.QueryAsync<string>("select version_id from etl.drop"));
    }
}
