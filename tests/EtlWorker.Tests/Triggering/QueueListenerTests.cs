using System.Reflection;
using Amazon.SQS;
using Amazon.SQS.Model;
using EtlWorker.Ledger;
using EtlWorker.Storage;
using EtlWorker.Tests.Definitions;
using EtlWorker.Triggering;
using Microsoft.Extensions.Logging.Abstractions;
using Microsoft.Extensions.Time.Testing;
using Xunit;

namespace EtlWorker.Tests.Triggering;

/// <summary>What needs no ledger; the rest is the integration tests'.</summary>
public sealed class QueueListenerTests
{
    [Fact(Timeout = 30_000)]
    public async Task A_receive_without_messages_is_followed_by_the_next_one_at_once()
    {
        // The clock stands still: a listener that backed off would never receive again.
        var (queue, watermark) = await ListenThriceAsync(new FakeTimeProvider(), TimeSpan.Zero, TestContext.Current.CancellationToken);

        Assert.Equal(DateTimeOffset.MinValue, watermark.HeardUntil);
        Assert.Equal(["ReceiveMessageAsync", "ReceiveMessageAsync", "ReceiveMessageAsync"], queue.Calls.Take(3));
        Assert.Equal(("http://127.0.0.1/1/drops", 10, 20), (queue.Request!.QueueUrl, queue.Request.MaxNumberOfMessages, queue.Request.WaitTimeSeconds));
    }

    [Fact(Timeout = 30_000)]
    public async Task A_queue_quiet_for_longer_than_a_message_hides_has_told_all_but_the_last_minute()
    {
        var time = new FakeTimeProvider();
        var began = time.GetUtcNow();

        var (_, watermark) = await ListenThriceAsync(time, longPoll: TimeSpan.FromSeconds(20), TestContext.Current.CancellationToken);

        // After the first poll a message could still have been hidden; the second one settles it.
        Assert.Equal(began + TimeSpan.FromSeconds(20) - TimeSpan.FromMinutes(1), watermark.HeardUntil);
    }

    private static async Task<(FakeSqs Queue, QueueWatermark Watermark)> ListenThriceAsync(
        FakeTimeProvider time, TimeSpan longPoll, CancellationToken cancellationToken)
    {
        using var definition = new DefinitionDirectory();
        await using var database = new Database(new DatabaseOptions("Host=127.0.0.1;Database=none", null));
        var loaded = definition.Read(DefinitionDirectory.Smallest());
        var sqs = DispatchProxy.Create<IAmazonSQS, FakeSqs>();
        var queue = (FakeSqs)(object)sqs;
        queue.LongPoll = () => time.Advance(longPoll);
        var watermark = new QueueWatermark(time);
        using var listener = new QueueListener(
            sqs, new QueueOptions(new Uri("http://127.0.0.1/1/drops")), loaded, new DropSorter(loaded, "landing"),
            new FakeProbe(), new DropLedger(database, time), new DropSignal(time), watermark, new WorkerStatus(null, time), time, NullLogger<QueueListener>.Instance);

        await listener.StartAsync(cancellationToken);
        await queue.Third.Task.WaitAsync(cancellationToken);
        await listener.StopAsync(cancellationToken);

        Assert.True(listener.ExecuteTask!.IsCompletedSuccessfully);
        return (queue, watermark);
    }

    /// <summary>Answers twice as the SDK does when there is nothing, then waits as a long poll does.</summary>
    public class FakeSqs : DispatchProxy
    {
        public List<string> Calls { get; } = [];

        public TaskCompletionSource Third { get; } = new(TaskCreationOptions.RunContinuationsAsynchronously);

        public ReceiveMessageRequest? Request { get; private set; }

        public Action LongPoll { get; set; } = () => { };

        protected override object? Invoke(MethodInfo? targetMethod, object?[]? args)
        {
            Calls.Add(targetMethod!.Name);
            Request = (ReceiveMessageRequest)args![0]!;
            if (Calls.Count < 3)
            {
                LongPoll();
            }

            return Calls.Count < 3
                ? Task.FromResult(new ReceiveMessageResponse { Messages = Calls.Count == 1 ? null : [] })
                : PollAsync((CancellationToken)args[1]!);
        }

        private async Task<ReceiveMessageResponse> PollAsync(CancellationToken cancellationToken)
        {
            Third.SetResult();
            await Task.Delay(Timeout.InfiniteTimeSpan, new FakeTimeProvider(), cancellationToken);
            return new ReceiveMessageResponse();
        }
    }
}
