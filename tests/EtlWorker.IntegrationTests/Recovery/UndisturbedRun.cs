using EtlWorker.IntegrationTests.Rigging;
using EtlWorker.StandIns;
using Xunit;

namespace EtlWorker.IntegrationTests.Recovery;

/// <summary>
/// A feed with some bad rows, and what its run comes to when nothing happens: the measure of all runs that are disturbed.
/// </summary>
public sealed class UndisturbedRun(PostgresServer postgres) : IDisposable
{
    private static readonly Lock Once = new();
    private static Task<RunOutcome>? _outcome;
    private readonly SampleDirectory _sample = new(orders: 3_000, badRows: 12);

    /// <summary>Its as-of date, so that the answers do not depend on the day.</summary>
    internal static DateOnly AsOf { get; } = new(2026, 6, 30);

    internal string Directory => _sample.Path;

    /// <summary>What its worker sent to PostgreSQL; known when the outcome is.</summary>
    internal static SentPieces Sent { get; } = new();

    public void Dispose() => _sample.Dispose();

    /// <summary>Measured once for all test classes.</summary>
    internal Task<RunOutcome> OutcomeAsync()
    {
        lock (Once)
        {
            return _outcome ??= RunAsync();
        }
    }

    /// <summary>A rig for the same files.</summary>
    internal Task<DisturbedRun> DisturbAsync(LocalAws aws) => DisturbAsync(aws, postgres);

    /// <summary>A rig for the same files, on another server.</summary>
    internal async Task<DisturbedRun> DisturbAsync(LocalAws aws, PostgresServer server) =>
        await DisturbedRun.CreateAsync(server, aws, await OutcomeAsync(), AsOf);

    internal Task DropAsync(DisturbedRun run) => run.Rig.DropRequiredAsync(Directory);

    /// <summary>A run without disturbance, and what its worker sent for it.</summary>
    internal static async Task<RunOutcome> RunAsync(Rig rig, PostgresServer postgres, LocalAws aws, SentPieces sent, Func<Task> drop)
    {
        DisturbedRun.RebuildIndexes(rig);
        await DisturbedRun.PutYesterdayAsync(rig);
        await using var proxy = new TcpProxy(postgres) { Inspect = sent.Note };
        rig.Use(proxy);
        await using var worker = await rig.StartAsync();
        await drop();
        var outcome = await RunOutcome.ReadAsync(rig, aws, worker);
        Assert.Equal("rebuilt", await rig.QueryAsync<string>("select indexes from etl.run_feed where feed = 'orders'"));
        Assert.Equal((1, 1, ""), (outcome.Attempts, outcome.Told, outcome.Unended));
        return outcome;
    }

    private async Task<RunOutcome> RunAsync()
    {
        await using var aws = await LocalAws.StartAsync(cancellationToken: TestContext.Current.CancellationToken);
        await using var rig = await Rig.CreateAsync(postgres, aws.Endpoint, AsOf, TestContext.Current.CancellationToken);
        return await RunAsync(rig, postgres, aws, Sent, () => rig.DropRequiredAsync(Directory));
    }
}
