using System.Net;
using System.Net.Sockets;
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
using EtlWorker.Tests.Ledger;
using EtlWorker.Tests.Memory;
using Microsoft.Extensions.Logging.Abstractions;
using Microsoft.Extensions.Time.Testing;
using Xunit;

namespace EtlWorker.Tests.Intake;

/// <summary>The signs of life that systemd's watchdog waits for, whatever keeps the poll loop waiting.</summary>
public sealed class WatchdogTests : IDisposable
{
    private readonly FakeTimeProvider _time = new(new DateTimeOffset(2026, 11, 25, 3, 12, 4, TimeSpan.Zero));
    private readonly FakeSystemd _systemd = new();
    private readonly DefinitionDirectory _definition = new();
    private readonly IAmazonSQS _sqs = DispatchProxy.Create<IAmazonSQS, ScriptedSqs>();

    private ScriptedSqs Script => (ScriptedSqs)(object)_sqs;

    public void Dispose() => _definition.Dispose();

    [Fact(Timeout = 30_000)]
    public async Task A_queue_that_never_answers_is_given_up_after_a_minute_and_asked_again()
    {
        var token = TestContext.Current.CancellationToken;
        using var asked = new SemaphoreSlim(0);
        Script.OnReceive = stop =>
        {
            asked.Release();
            return ScriptedSqs.ForeverAsync(stop);
        };
        await ListenAsync("Host=127.0.0.1;Database=none", async () =>
        {
            await asked.WaitAsync(token);
            _time.Advance(TimeSpan.FromSeconds(60));
            await _systemd.HearAsync("WATCHDOG=1", token);
            await _systemd.HearAsync("STATUS=Queue out of reach since 2026-11-25 03:13:04 UTC; idle", token);
            while (!await asked.WaitAsync(TimeSpan.Zero, token))
            {
                // The wait before the next try; when it begins nobody can see.
                _time.Advance(TimeSpan.FromMilliseconds(100));
                await Task.Yield();
            }

            _time.Advance(TimeSpan.FromSeconds(60));
            await _systemd.HearAsync("WATCHDOG=1", token);
        });
    }

    [Fact(Timeout = 30_000)]
    public async Task A_ledger_that_never_answers_is_given_up_after_a_minute()
    {
        var token = TestContext.Current.CancellationToken;
        // It takes the connection and says nothing. Npgsql's own limit, a quarter of a minute, goes by the machine's clock.
        using var silent = new TcpListener(IPAddress.Loopback, 0);
        silent.Start();
        var port = ((IPEndPoint)silent.LocalEndpoint).Port;
        var message = new Message { MessageId = "m", ReceiptHandle = "r", Body = MessageBodies.Direct(MessageBodies.Record()) };
        Script.OnReceive = _ => Task.FromResult(new ReceiveMessageResponse { Messages = [message] });
        await ListenAsync($"Host=127.0.0.1;Port={port};Database=none;Username=none", async () =>
        {
            using var connection = await silent.AcceptSocketAsync(token);
            _time.Advance(TimeSpan.FromSeconds(60));
            await _systemd.HearAsync("WATCHDOG=1", token);
            await _systemd.HearAsync("STATUS=Ledger out of reach since 2026-11-25 03:13:04 UTC; idle", token);
        });
    }

    [Theory]
    [InlineData("Timeout=0", 15)]
    [InlineData("Timeout=1024", 15)]
    [InlineData("Timeout=5;Cancellation Timeout=0;Command Timeout=0", 5)]
    public void No_connection_string_takes_away_the_limits_that_the_watchdog_counts_on(string options, int opening)
    {
        var settings = Database.SettingsOf(new DatabaseOptions($"Host=127.0.0.1;Database=none;{options}", null));

        Assert.Equal((opening, 2_000, 45), (settings.Timeout, settings.CancellationTimeout, settings.CommandTimeout));
    }

    private async Task ListenAsync(string connectionString, Func<Task> test)
    {
        await using var database = new Database(new DatabaseOptions(connectionString, null));
        var pipeline = new Pipeline(_definition.Read(DefinitionDirectory.Smallest()));
        using var listener = new QueueListener(
            _sqs, new QueueOptions(new Uri("http://127.0.0.1/1/drops")),
            Given.Each(new DropIntake(
                pipeline, new DropMatcher(pipeline, new MemorySource { Location = "landing" }),
                new NearMisses(pipeline, Given.Each(pipeline), new DefinitionLedger(database), _time, NullLogger<NearMisses>.Instance),
                new DropRecorder(database, _time))),
            Given.Each(new QueueWatermark(_time)), new DropRecorder(database, _time), Given.Complete, new FakeProbe(),
            new DropSignal(_time),
            new WorkerStatus(_systemd, _time), _time,
            NullLogger<QueueListener>.Instance);
        await listener.StartAsync(TestContext.Current.CancellationToken);
        await test();
        await listener.StopAsync(TestContext.Current.CancellationToken);
    }
}
