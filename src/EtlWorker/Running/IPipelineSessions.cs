using EtlWorker.Ledger;

namespace EtlWorker.Running;

/// <summary>Opens the session of a step.</summary>
internal interface IPipelineSessions
{
    /// <returns>A session of a ledger that is up to date, and in which this worker has said that it is alive.</returns>
    Task<ILedgerSession> OpenAsync(CancellationToken cancellationToken);
}
