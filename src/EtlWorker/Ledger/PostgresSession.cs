using System.Data;
using EtlWorker.Ledger.Drops;
using EtlWorker.Ledger.Notices;
using EtlWorker.Ledger.Runs;
using EtlWorker.Storage;
using Npgsql;

namespace EtlWorker.Ledger;

/// <summary>A session of the ledger on one connection to PostgreSQL.</summary>
internal sealed class PostgresSession : ILedgerSession
{
    private readonly Database _database;

    /// <param name="connection">The connection; closed with the session.</param>
    /// <param name="database">Of which it is one.</param>
    /// <param name="time">The ledger's clock.</param>
    public PostgresSession(NpgsqlConnection connection, Database database, TimeProvider time)
    {
        (Connection, _database) = (connection, database);
        Runs = new RunLedger(connection, time);
        Drops = new DropLedger(connection, time);
        Outbox = new Outbox(connection, Drops, time);
        Deadlines = new DeadlineWatch(connection);
    }

    public NpgsqlConnection Connection { get; }

    public bool IsOpen => Connection.State == ConnectionState.Open;

    public IRunLedger Runs { get; }

    public IDropLedger Drops { get; }

    public IOutbox Outbox { get; }

    public IDeadlineWatch Deadlines { get; }

    public async Task<ILedgerTransaction> BeginAsync(CancellationToken cancellationToken) =>
        new Transaction(await Connection.BeginTransactionAsync(cancellationToken));

    public Task<bool> TryLockAsync(string pipeline, CancellationToken cancellationToken) =>
        PipelineLock.TryTakeAsync(Connection, _database, pipeline, cancellationToken);

    public Task<bool> WaitForLockAsync(string pipeline, CancellationToken cancellationToken) =>
        PipelineLock.WaitAsync(Connection, _database, pipeline, cancellationToken);

    public Task RequireLockAsync(string pipeline, string subject, CancellationToken cancellationToken) =>
        PipelineLock.RequireAsync(Connection, pipeline, subject, cancellationToken);

    public Task<LockHolder?> LockHolderAsync(string pipeline, string worker, CancellationToken cancellationToken) =>
        PipelineLock.HolderAsync(Connection, pipeline, worker, cancellationToken);

    public ValueTask DisposeAsync() => Connection.DisposeAsync();

    private sealed class Transaction(NpgsqlTransaction transaction) : ILedgerTransaction
    {
        public Task CommitAsync(CancellationToken cancellationToken) => transaction.CommitAsync(cancellationToken);

        public ValueTask DisposeAsync() => transaction.DisposeAsync();
    }
}
