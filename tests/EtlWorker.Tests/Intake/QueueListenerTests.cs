using System.Reflection;
using Amazon.SQS;
using Amazon.SQS.Model;
using EtlWorker.Definitions;
using EtlWorker.Intake;
using EtlWorker.Ledger;
using EtlWorker.Ledger.Drops;
using EtlWorker.Liveness;
using EtlWorker.Storage;
using EtlWorker.Tests.Definitions;
using EtlWorker.Tests.Memory;
using Microsoft.Extensions.Logging.Abstractions;
using Microsoft.Extensions.Time.Testing;
using Npgsql;
using Xunit;

namespace EtlWorker.Tests.Intake;

/// <summary>What needs no ledger; the rest is the integration tests'.</summary>
public sealed class QueueListenerTests
{
    [Fact(Timeout = 30_000)]
    public async Task A_receive_without_messages_is_followed_by_the_next_one_at_once()
    {
        // The clock stands still: a listener that backed off would never receive again.
        var (queue, watermark) = await ListenThriceAsync(new FakeTimeProvider(), TimeSpan.Zero, TestContext.Current.CancellationToken);

        Assert.Equal(DateTimeOffset.MinValue, watermark.KnownUntil);
        Assert.Equal(["ReceiveMessageAsync", "ReceiveMessageAsync", "ReceiveMessageAsync"], queue.Calls.Take(3));
        Assert.Equal(
            ("http://127.0.0.1/1/drops", 10, 20),
            (queue.Request!.QueueUrl, queue.Request.MaxNumberOfMessages, queue.Request.WaitTimeSeconds));
    }

    [Fact(Timeout = 30_000)]
    public async Task A_queue_quiet_for_longer_than_a_message_hides_has_told_all_but_the_last_minute()
    {
        var time = new FakeTimeProvider();
        var began = time.GetUtcNow();

        var (_, watermark) = await ListenThriceAsync(time, longPoll: TimeSpan.FromSeconds(20), TestContext.Current.CancellationToken);

        // After the first poll a message could still have been hidden; the second one settles it.
        Assert.Equal(began + TimeSpan.FromSeconds(20) - TimeSpan.FromMinutes(1), watermark.KnownUntil);
    }

    [Fact(Timeout = 30_000)]
    public async Task Nothing_is_received_while_the_ledger_cannot_be_written()
    {
        var token = TestContext.Current.CancellationToken;
        var time = new FakeTimeProvider();
        using var probed = new SemaphoreSlim(0);
        var isAway = true;
        var probe = new FakeProbe
        {
            OnProbe = () =>
            {
                probed.Release();
                return isAway ? throw new NpgsqlException("refused") : Task.CompletedTask;
            },
        };
        var sqs = DispatchProxy.Create<IAmazonSQS, FakeSqs>();
        var queue = (FakeSqs)(object)sqs;
        using var definition = new DefinitionDirectory();
        await using var database = new Database(new DatabaseOptions("Host=127.0.0.1;Database=none", null));
        using var listener = Listener(sqs, definition, probe, database, new QueueWatermark(time), time);
        await listener.StartAsync(token);
        for (var probes = 0; probes < 20; probes++)
        {
            await PassAsync(time, probed, token);
        }

        Assert.Empty(queue.Calls);
        isAway = false;
        await PassAsync(time, probed, token);
        await queue.Third.Task.WaitAsync(token);
        await listener.StopAsync(token);
    }

    [Fact(Timeout = 30_000)]
    public async Task What_was_received_and_cannot_be_recorded_is_kept_and_nothing_more_is_received()
    {
        var token = TestContext.Current.CancellationToken;
        var time = new FakeTimeProvider();
        using var probed = new SemaphoreSlim(0);
        var probe = new FakeProbe
        {
            OnProbe = () =>
            {
                probed.Release();
                return Task.CompletedTask;
            },
        };
        var sqs = DispatchProxy.Create<IAmazonSQS, FakeSqs>();
        var queue = (FakeSqs)(object)sqs;
        queue.First = [new Message { MessageId = "m", ReceiptHandle = "r", Body = MessageBodies.Direct(MessageBodies.Record()) }];
        using var definition = new DefinitionDirectory();
        // Nobody listens there: each try to record fails at once.
        await using var database = new Database(new DatabaseOptions("Host=127.0.0.1;Port=1;Database=none;Username=none", null));
        using var listener = Listener(sqs, definition, probe, database, new QueueWatermark(time), time);
        await listener.StartAsync(token);
        for (var probes = 0; probes < 10; probes++)
        {
            await PassAsync(time, probed, token);
        }

        await listener.StopAsync(token);
        Assert.Equal(["ReceiveMessageAsync"], queue.Calls);
    }

    /// <summary>Lets time pass until the ledger has been asked again; when a wait begins nobody can see.</summary>
    private static async Task PassAsync(FakeTimeProvider time, SemaphoreSlim probed, CancellationToken cancellationToken)
    {
        while (!await probed.WaitAsync(TimeSpan.Zero, cancellationToken))
        {
            time.Advance(TimeSpan.FromMilliseconds(100));
            await Task.Yield();
        }
    }

    private static QueueListener Listener(
        IAmazonSQS sqs, DefinitionDirectory definition, FakeProbe probe, Database database, QueueWatermark watermark, FakeTimeProvider time)
    {
        var pipeline = new Pipeline(definition.Read(DefinitionDirectory.Smallest()));
        return new QueueListener(
            sqs, new QueueOptions(new Uri("http://127.0.0.1/1/drops")),
            Given.Each(new DropIntake(
                pipeline, new DropMatcher(pipeline, new MemorySource { Location = "landing" }),
                new NearMisses(pipeline, Given.Each(pipeline), new DefinitionLedger(database), time, NullLogger<NearMisses>.Instance),
                new DropRecorder(database, time))),
            Given.Each(watermark), new DropRecorder(database, time), Given.Complete, probe, new DropSignal(time),
            new WorkerStatus(null, time), time,
            NullLogger<QueueListener>.Instance);
    }

    private static async Task<(FakeSqs Queue, QueueWatermark Watermark)> ListenThriceAsync(
        FakeTimeProvider time, TimeSpan longPoll, CancellationToken cancellationToken)
    {
        using var definition = new DefinitionDirectory();
        await using var database = new Database(new DatabaseOptions("Host=127.0.0.1;Database=none", null));
        var sqs = DispatchProxy.Create<IAmazonSQS, FakeSqs>();
        var queue = (FakeSqs)(object)sqs;
        queue.LongPoll = () => time.Advance(longPoll);
        var watermark = new QueueWatermark(time);
        using var listener = Listener(sqs, definition, new FakeProbe(), database, watermark, time);

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

        public List<Message>? First { get; set; }

        protected override object? Invoke(MethodInfo? targetMethod, object?[]? args)
        {
            Calls.Add(targetMethod!.Name);
            Request = (ReceiveMessageRequest)args![0]!;
            if (Calls.Count < 3)
            {
                LongPoll();
            }

            return Calls.Count < 3
                ? Task.FromResult(new ReceiveMessageResponse { Messages = Calls.Count == 1 ? First : [] })
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
