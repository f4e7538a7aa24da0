using EtlWorker.Definitions;
using Microsoft.Extensions.Hosting;

namespace EtlWorker.Ledger;

/// <summary>
/// This worker's entries in the ledger, one a pipeline that it serves. As a hosted service before the loops it is the last one that stops.
/// </summary>
internal sealed class WorkerRegistries(IPerPipeline<Pipeline> pipelines, IPerPipeline<WorkerRegistry> registries)
    : ILedgerProbe, IHostedService
{
    public async Task ProbeAsync(CancellationToken cancellationToken)
    {
        var served = Served().ToList();
        foreach (var registry in served)
        {
            try
            {
                await registry.ProbeAsync(cancellationToken);
                registry.Of.IsUnsettled = false;
            }
            catch (RenameRefusedException) when (served.Count > 1)
            {
                // Nothing is recorded under its name; the others go on, and what lands for it is found by listing.
                registry.Of.IsUnsettled = true;
            }
        }
    }

    public Task StartAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    public Task StopAsync(CancellationToken cancellationToken) =>
        Task.WhenAll(Served().Select(registry => registry.LeaveAsync(cancellationToken)));

    /// <summary>A paused pipeline has no worker.</summary>
    private IEnumerable<WorkerRegistry> Served()
    {
        var paused = pipelines.Now.Where(pipeline => pipeline.IsPaused).Select(pipeline => pipeline.Name).ToHashSet();
        return registries.Now.Where(registry => !paused.Contains(registry.Pipeline));
    }
}
