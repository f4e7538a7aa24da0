using System.Reflection;
using Amazon.SQS;
using Amazon.SQS.Model;
using EtlWorker.Definitions;
using EtlWorker.Intake;
using EtlWorker.IntegrationTests.Rigging;
using EtlWorker.Ledger;
using EtlWorker.Ledger.Drops;
using EtlWorker.Liveness;
using EtlWorker.Objects;
using EtlWorker.Storage;
using Microsoft.Extensions.Hosting.Systemd;
using Microsoft.Extensions.Logging.Abstractions;
using Microsoft.Extensions.Time.Testing;
using Xunit;

namespace EtlWorker.IntegrationTests.Intake;

/// <summary>A receive's fill and a slow ledger: a sign of life between any two messages.</summary>
public sealed class WatchdogTests(PostgresServer postgres)
{
    private static readonly string[] Keys = [.. Enumerable.Range(1, 10).Select(number => $"orders_data/{number}.csv")];

    [Fact(Timeout = 60_000)]
    public async Task Ten_messages_give_ten_signs_of_life_before_they_are_deleted()
    {
        // Each look at the clock takes a second: a ledger that slow.
        var time = new FakeTimeProvider { AutoAdvanceAmount = TimeSpan.FromSeconds(1) };
        await using var database = new Database(
            new DatabaseOptions(await postgres.CreateMigratedDatabaseAsync(TestContext.Current.CancellationToken), null));
        var pipeline = new Pipeline(DefinitionFile.Read(Path.Combine(Repository.RetailDefinition, "pipeline.json")));
        var systemd = new Beats();
        var sqs = DispatchProxy.Create<IAmazonSQS, TenMessages>();
        var queue = (TenMessages)(object)sqs;
        queue.Beats = systemd;
        using var listener = new QueueListener(
            sqs, new QueueOptions(new Uri("http://127.0.0.1/1/drops")),
            Given.Each(new DropIntake(
                pipeline, new DropMatcher(pipeline, new S3Source(null!, "landing")),
                new NearMisses(pipeline, Given.Each(pipeline), new DefinitionLedger(database), time, NullLogger<NearMisses>.Instance),
                new DropRecorder(database, time))),
            Given.Each(new QueueWatermark(time)), new DropRecorder(database, time), Given.Complete, new Writable(), new DropSignal(time),
            new WorkerStatus(systemd, time), time,
            NullLogger<QueueListener>.Instance);

        await listener.StartAsync(TestContext.Current.CancellationToken);
        var (received, deleted) = await queue.Seen.Task.WaitAsync(TestContext.Current.CancellationToken);
        await listener.StopAsync(TestContext.Current.CancellationToken);

        // One after the receive itself, and one after each message.
        Assert.Equal(11, deleted - received);
    }

    private sealed class Writable : ILedgerProbe
    {
        public Task ProbeAsync(CancellationToken cancellationToken) => Task.CompletedTask;
    }

    /// <summary>How many there were.</summary>
    public sealed class Beats : ISystemdNotifier
    {
        public int Count { get; private set; }

        public bool IsEnabled => true;

        public void Notify(ServiceState state) => Count += state.ToString() == "WATCHDOG=1" ? 1 : 0;
    }

    /// <summary>A queue of ten messages.</summary>
    public class TenMessages : DispatchProxy
    {
        private int _received = -1;

        public Beats Beats { get; set; } = null!;

        /// <summary>The signs of life until the receive, and until the deletion.</summary>
        public TaskCompletionSource<(int Received, int Deleted)> Seen { get; } = new(TaskCreationOptions.RunContinuationsAsynchronously);

        protected override object? Invoke(MethodInfo? targetMethod, object?[]? args)
        {
            if (targetMethod!.Name == "DeleteMessageBatchAsync")
            {
                Seen.TrySetResult((_received, Beats.Count));
                return Task.FromResult(new DeleteMessageBatchResponse());
            }

            var isFirst = _received < 0;
            _received = isFirst ? Beats.Count : _received;
            return isFirst
                ? Task.FromResult(new ReceiveMessageResponse { Messages = [.. Keys.Select(MessageOf)] })
                : new TaskCompletionSource<ReceiveMessageResponse>().Task.WaitAsync((CancellationToken)args![1]!);
        }

        private static Message MessageOf(string key) => new()
        {
            MessageId = key,
            ReceiptHandle = key,
            Body = """
                {"Records":[{"eventSource":"aws:s3","eventName":"ObjectCreated:Put","eventTime":"2026-11-25T03:12:04.000Z",
                "s3":{"bucket":{"name":"landing"},"object":{"key":"KEY","size":1,"eTag":"e","sequencer":"0A"}}}]}
                """.Replace("KEY", key, StringComparison.Ordinal),
        };
    }
}
