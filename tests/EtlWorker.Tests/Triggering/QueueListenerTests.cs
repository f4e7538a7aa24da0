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
        using var definition = new DefinitionDirectory();
        await using var database = new Database(new DatabaseOptions("Host=127.0.0.1;Database=none", null));
        var loaded = definition.Read(DefinitionDirectory.Smallest());
        // The clock stands still: a listener that backed off would never receive again.
        var time = new FakeTimeProvider();
        var sqs = DispatchProxy.Create<IAmazonSQS, FakeSqs>();
        var queue = (FakeSqs)(object)sqs;
        using var listener = new QueueListener(
            sqs, new QueueOptions(new Uri("http://127.0.0.1/1/drops")), loaded, new DropSorter(loaded, "landing"), new DropLedger(database, time), new DropSignal(time), time,
            NullLogger<QueueListener>.Instance);

        await listener.StartAsync(TestContext.Current.CancellationToken);
        await queue.Third.Task.WaitAsync(TestContext.Current.CancellationToken);
        await listener.StopAsync(TestContext.Current.CancellationToken);

        Assert.True(listener.ExecuteTask!.IsCompletedSuccessfully);
        Assert.Equal(["ReceiveMessageAsync", "ReceiveMessageAsync", "ReceiveMessageAsync"], queue.Calls.Take(3));
        Assert.Equal(("http://127.0.0.1/1/drops", 10, 20), (queue.Request!.QueueUrl, queue.Request.MaxNumberOfMessages, queue.Request.WaitTimeSeconds));
    }

    /// <summary>Answers twice as the SDK does when there is nothing, then waits as a long poll does.</summary>
    public class FakeSqs : DispatchProxy
    {
        public List<string> Calls { get; } = [];

        public TaskCompletionSource Third { get; } = new(TaskCreationOptions.RunContinuationsAsynchronously);

        public ReceiveMessageRequest? Request { get; private set; }

        protected override object? Invoke(MethodInfo? targetMethod, object?[]? args)
        {
            Calls.Add(targetMethod!.Name);
            Request = (ReceiveMessageRequest)args![0]!;
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
