namespace EtlWorker.Ledger;

/// <summary>Feeds that have another name than before.</summary>
internal interface IFeedNames
{
    /// <summary>
    /// Once, while no run is unfinished: a run goes on with the names that it began with. Called with the pipeline's lock held.
    /// </summary>
    Task CarryFeedsAsync(ILedgerSession session, CancellationToken cancellationToken);
}
