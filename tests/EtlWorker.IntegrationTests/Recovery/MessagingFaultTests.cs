using EtlWorker.IntegrationTests.Rigging;
using EtlWorker.StandIns;
using EtlWorker.StandIns.Http;
using Xunit;

namespace EtlWorker.IntegrationTests.Recovery;

/// <summary>SQS and SNS that fail for a while: no drop is lost or counted twice, and the same notice comes.</summary>
public sealed class MessagingFaultTests(UndisturbedRun undisturbed) : IClassFixture<UndisturbedRun>, IAsyncLifetime
{
    private LocalAws _aws = null!;

    public async ValueTask InitializeAsync() => _aws = await LocalAws.StartAsync(cancellationToken: TestContext.Current.CancellationToken);

    public ValueTask DisposeAsync() => _aws.DisposeAsync();

    [Fact]
    public async Task A_queue_that_fails_to_answer_for_a_while_is_asked_again_and_nothing_is_lost()
    {
        await using var run = await undisturbed.DisturbAsync(_aws);
        _aws.Faults.Fail(AwsService.Sqs, times: 10, status: 500, code: "InternalError", when: Is("ReceiveMessage"));
        await using var worker = WorkerProcess.Start(run.Rig.Environment);
        await undisturbed.DropAsync(run);
        await worker.SeeAsync("is out of reach", run.Rig.Token);

        await EndAsync(run, worker);
    }

    [Fact]
    public async Task Messages_whose_deletion_fails_come_again_and_change_nothing()
    {
        await using var run = await undisturbed.DisturbAsync(_aws);
        await using var worker = await run.Rig.StartAsync();
        _aws.Faults.Fail(AwsService.Sqs, times: 8, status: 500, code: "InternalError", when: Is("DeleteMessageBatch"));
        await undisturbed.DropAsync(run);

        await EndAsync(run, worker, isDrained: true);
    }

    [Fact]
    public async Task A_deletion_whose_answer_is_lost_is_repeated_and_changes_nothing()
    {
        await using var run = await undisturbed.DisturbAsync(_aws);
        await using var worker = await run.Rig.StartAsync();
        _aws.Faults.LoseReply(AwsService.Sqs, times: 8, when: Is("DeleteMessageBatch"));
        await undisturbed.DropAsync(run);

        await EndAsync(run, worker, isDrained: true);
    }

    [Fact]
    public async Task A_topic_out_of_reach_for_a_while_gets_the_same_notice_once_it_is_back()
    {
        await using var run = await undisturbed.DisturbAsync(_aws);
        _aws.Faults.MakeUnreachable(AwsService.Sns);
        await using var worker = await run.Rig.StartAsync();
        await undisturbed.DropAsync(run);
        await worker.SeeAsync("could not be sent", run.Rig.Token);
        Assert.Equal("succeeded", await run.Rig.QueryAsync<string>("select state from etl.run"));
        var body = await run.Rig.QueryAsync<string>("select body from etl.notification");

        _aws.Faults.Restore(AwsService.Sns);

        await EndAsync(run, worker);
        Assert.Equal(body, _aws.Outbox.Notices.Single().Message);
    }

    [Fact]
    public async Task A_notice_whose_receipt_is_lost_is_told_again_in_the_same_words()
    {
        await using var run = await undisturbed.DisturbAsync(_aws);
        await using var worker = await run.Rig.StartAsync();
        _aws.Faults.LoseReply(AwsService.Sns);
        await undisturbed.DropAsync(run);

        var outcome = await run.EndAsync(worker);
        Assert.Equal((1, 2), (outcome.Attempts, outcome.Told));
    }

    private static Func<AwsRequest, bool> Is(string operation) => request => request.Operation == operation;

    /// <param name="run">The run.</param>
    /// <param name="worker">Its worker.</param>
    /// <param name="isDrained">Whether to wait until the queue is empty, hidden messages included.</param>
    private static async Task EndAsync(DisturbedRun run, WorkerProcess worker, bool isDrained = false)
    {
        // The test itself asks SQS only when the faults are over.
        await run.Rig.UntilAsync("select exists (select from etl.run where state = 'succeeded')");
        if (isDrained)
        {
            await run.Rig.UntilAsync(async () => await run.Rig.Aws.QueuedAsync(run.Rig.Token) == 0);
        }

        var outcome = await run.EndAsync(worker);
        Assert.Equal((1, 1, ""), (outcome.Attempts, outcome.Told, outcome.Unended));
    }
}
