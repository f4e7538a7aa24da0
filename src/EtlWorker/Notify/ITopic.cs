using EtlWorker.Ledger.Notices;

namespace EtlWorker.Notify;

/// <summary>Where notices are published.</summary>
internal interface ITopic
{
    /// <returns>The message's id.</returns>
    /// <exception cref="HttpRequestException">The notice is not known to be out.</exception>
    Task<string> PublishAsync(Notice notice, CancellationToken cancellationToken);
}
