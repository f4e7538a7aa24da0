using EtlWorker.Storage;

namespace EtlWorker.Ledger;

/// <summary>The ledger in PostgreSQL.</summary>
internal sealed class PostgresLedger(Database database, TimeProvider time) : ILedger
{
    public async Task<ILedgerSession> OpenAsync(CancellationToken cancellationToken) =>
        new PostgresSession(await database.OpenAsync(cancellationToken), database, time);

    public async Task<ILedgerSession> OpenLockableAsync(CancellationToken cancellationToken) =>
        new PostgresSession(await database.OpenSessionAsync(cancellationToken), database, time);

    public void ForgetConnections() => database.ForgetConnections();
}
