using EtlWorker.Domain.Runs;
using EtlWorker.Ledger;
using EtlWorker.Ledger.Runs;

namespace EtlWorker.Gate;

/// <summary>Decides which run is to be executed next.</summary>
internal interface IRunGate
{
    /// <summary>What is due whoever holds the pipeline's lock.</summary>
    Task WatchAsync(ILedgerSession session, CancellationToken cancellationToken);

    /// <summary>Called with the pipeline's lock held, while no run is unfinished.</summary>
    /// <returns>The run that is to be executed now, or null.</returns>
    /// <exception cref="FaultException">None can be decided on.</exception>
    Task<Run?> OpenAsync(ILedgerSession session, CancellationToken cancellationToken);
}
