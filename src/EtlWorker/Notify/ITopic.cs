using EtlWorker.Domain.Runs;
using EtlWorker.Ledger.Notices;

namespace EtlWorker.Notify;

/// <summary>Where notices are published.</summary>
internal interface ITopic
{
    /// <returns>The message's id.</returns>
    /// <exception cref="FaultException">
    /// The notice is not known to be out. Permanent where this one is refused and another may not be.
    /// </exception>
    Task<string> PublishAsync(Notice notice, CancellationToken cancellationToken);
}
