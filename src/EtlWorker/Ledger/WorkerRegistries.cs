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
        foreach (var registry in Served())
        {
            await registry.ProbeAsync(cancellationToken);
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
