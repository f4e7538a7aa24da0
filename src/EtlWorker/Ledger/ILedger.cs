using EtlWorker.Storage;

namespace EtlWorker.Ledger;

/// <summary>The ledger: the schema <c>etl</c> of the pipeline's database.</summary>
internal interface ILedger
{
    /// <summary>Opens a session for short transactions.</summary>
    /// <exception cref="DatabaseUnreachableException">With what to do.</exception>
    Task<ILedgerSession> OpenAsync(CancellationToken cancellationToken);

    /// <summary>Opens a session that can hold a pipeline's lock, and a run's transaction; it ends when it is closed.</summary>
    /// <exception cref="DatabaseUnreachableException">With what to do.</exception>
    Task<ILedgerSession> OpenLockableAsync(CancellationToken cancellationToken);

    /// <summary>Has new connections opened from now on: after a fault of the server's, idle ones may be dead.</summary>
    void ForgetConnections();
}
