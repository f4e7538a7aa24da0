using System.Net;
using EtlWorker.IntegrationTests.Rigging;
using EtlWorker.StandIns;
using Npgsql;
using Xunit;

namespace EtlWorker.IntegrationTests.Recovery;

/// <summary>
/// The real process killed at random instants of a run, counted in the bytes that it has sent to PostgreSQL, and started
/// again: no row is lost, none is doubled.
/// </summary>
public sealed class KillTests(PostgresServer postgres, ITestOutputHelper output) : IAsyncLifetime
{
    private const int Kills = 8;
    private const int TailBytes = 20_000;
    private LocalAws _aws = null!;

    public async ValueTask InitializeAsync() => _aws = await LocalAws.StartAsync(cancellationToken: TestContext.Current.CancellationToken);

    public ValueTask DisposeAsync() => _aws.DisposeAsync();

    [Fact]
    public async Task Killed_at_any_instant_a_run_ends_as_if_nothing_had_happened()
    {
        var seed = Environment.TickCount;
        output.WriteLine($"seed {seed}");
        var random = new Random(seed);
        using var sample = new SampleDirectory(orders: 5_000);
        var (undisturbed, first, last) = await RunAsync(sample, killAt: null);

        for (var kill = 0; kill < Kills; kill++)
        {
            // COPY sends nearly all bytes; what comes after it, commit and delivery, is in the last few.
            var at = random.NextInt64(kill % 2 == 0 ? first : last - TailBytes, last);
            output.WriteLine($"killed at byte {at} of {first} to {last}");
            Assert.Equal(undisturbed, (await RunAsync(sample, at)).Outcome);
        }
    }

    /// <returns>What the run left behind, and the bytes that had gone to PostgreSQL before the drops and at its end.</returns>
    private async Task<(string Outcome, long First, long Last)> RunAsync(SampleDirectory sample, long? killAt)
    {
        await using var rig = await Rig.CreateAsync(postgres, _aws.Endpoint, new DateOnly(2026, 6, 30), TestContext.Current.CancellationToken);
        await rig.MigrateAsync();
        await using var proxy = new TcpProxy(new IPEndPoint(IPAddress.Loopback, postgres.Port));
        proxy.Open();
        rig.Environment["ETLWORKER__DATABASE__CONNECTIONSTRING"] =
            new NpgsqlConnectionStringBuilder(rig.ConnectionString) { Port = proxy.Port }.ConnectionString;
        rig.Environment["ETLWORKER__RUN__INTERVAL"] = "00:00:01";

        await using var worker = await rig.StartAsync();
        var first = proxy.Forwarded;
        var killed = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        if (killAt is { } at)
        {
            proxy.At(at, () =>
            {
                worker.Kill();
                killed.SetResult();
            });
        }

        await rig.DropRequiredAsync(sample.Path);
        await (killAt is null ? Task.CompletedTask : killed.Task.WaitAsync(rig.Token));
        await using var second = killAt is null ? null : WorkerProcess.Start(rig.Environment);

        Assert.Equal("succeeded", (await rig.Aws.NextNoticeAsync(rig.Token)).Attributes["status"]);
        var last = proxy.Forwarded;
        var ledger = await rig.CsvAsync(
            """
            select run.state, run.error, drops.feed, drops.disposition, feeds.rows_read, feeds.rows_loaded, feeds.rows_rejected, feeds.sha256
            from etl.run
            join etl.drop as drops on drops.run_id = run.id
            join etl.run_feed as feeds on feeds.drop_id = drops.id and feeds.attempt = run.attempt
            order by drops.key
            """);
        return (ledger + await rig.TablesAsync() + await ExportsAsync(rig), first, last);
    }

    private static async Task<string> ExportsAsync(Rig rig) => string.Join('\n', await Task.WhenAll(
        Rig.Analyses.Select(analysis => rig.Aws.ReadAsync($"analytics_export/retail/{analysis}.csv", rig.Token))));
}
