namespace EtlWorker.Ledger;

/// <summary>All of what is written until it is committed, or nothing of it.</summary>
internal interface ILedgerTransaction : IAsyncDisposable
{
    Task CommitAsync(CancellationToken cancellationToken);
}
