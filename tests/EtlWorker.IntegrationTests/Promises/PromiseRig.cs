using EtlWorker.IntegrationTests.Rigging;
using EtlWorker.StandIns;
using Xunit;

namespace EtlWorker.IntegrationTests.Promises;

/// <summary>
/// The fifteen promises of the design, each by a test of its name; docs/contracts.md says which other tests hold them and
/// which faults were tried.
/// </summary>
public abstract class PromiseRig(PostgresServer postgres) : IAsyncLifetime
{
    private protected ShiftedClock Clock { get; } = new();

    private protected LocalAws Aws { get; private set; } = null!;

    public async ValueTask InitializeAsync() =>
        Aws = await LocalAws.StartAsync(new LocalAwsOptions { TimeProvider = Clock }, TestContext.Current.CancellationToken);

    public async ValueTask DisposeAsync()
    {
        await Aws.DisposeAsync();
        GC.SuppressFinalize(this);
    }

    private protected async Task<Rig> CreateRigAsync(string trigger = "{}", params string[] feeds)
    {
        var rig = await Rig.CreateAsync(postgres, Aws.Endpoint, null, TestContext.Current.CancellationToken);
        await rig.DefineAsync(trigger, feeds.Length == 0 ? ["orders", "reviews"] : feeds);
        return rig;
    }

    private protected static async Task DropSetAsync(Rig rig, int orders = 3, int reviews = 2, string note = "x")
    {
        await rig.DropRowsAsync("orders", orders, note);
        await rig.DropRowsAsync("reviews", reviews, note);
    }
}
