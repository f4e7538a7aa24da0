using EtlWorker.IntegrationTests.Rigging;
using EtlWorker.StandIns;
using Xunit;

namespace EtlWorker.IntegrationTests.Recovery;

/// <summary>PostgreSQL itself restarted under a run, on a server of its own.</summary>
public sealed class DatabaseRestartTests(UndisturbedRun undisturbed) : IClassFixture<UndisturbedRun>, IAsyncLifetime
{
    private readonly PostgresServer _postgres = new();
    private LocalAws _aws = null!;

    public async ValueTask InitializeAsync()
    {
        _aws = await LocalAws.StartAsync(cancellationToken: TestContext.Current.CancellationToken);
        await _postgres.InitializeAsync();
    }

    public async ValueTask DisposeAsync()
    {
        await _postgres.DisposeAsync();
        await _aws.DisposeAsync();
    }

    [Theory]
    [InlineData("staging.shipment_deliveries", "immediate")]
    [InlineData("analytics.agg_shipments", "fast")]
    public async Task A_restart_of_PostgreSQL_while_rows_are_written_costs_one_attempt(string table, string mode)
    {
        await using var run = await undisturbed.DisturbAsync(_aws, _postgres);
        await using var worker = await run.Rig.StartAsync();
        await using (var roadblock = await Roadblock.RaiseAsync(run.Rig, $"create trigger roadblock before insert on {table}"))
        {
            await undisturbed.DropAsync(run);
            await roadblock.ReachedAsync();
            await _postgres.RestartAsync(mode);
        }

        run.Rig.ForgetConnections();
        var outcome = await run.EndAsync(worker);
        Assert.Equal((2, 1, ""), (outcome.Attempts, outcome.Told, outcome.Unended));
    }
}
