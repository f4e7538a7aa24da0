using EtlWorker.Ledger;
using EtlWorker.Ledger.Drops;
using EtlWorker.Ledger.Notices;
using EtlWorker.Ledger.Runs;
using Npgsql;

namespace EtlWorker.Tests.Memory;

/// <summary>A session of a ledger in memory. What is written counts at once; a transaction only says when it was committed.</summary>
internal sealed class MemorySession(MemoryLedger ledger) : ILedgerSession
{
    public bool IsOpen { get; set; } = true;

    public NpgsqlConnection Connection => throw new NotSupportedException("There is no database.");

    public IRunLedger Runs { get; } = new MemoryRuns(ledger);

    public IDropLedger Drops { get; } = new MemoryDrops(ledger);

    public IOutbox Outbox { get; } = new MemoryOutbox(ledger);

    public IDeadlineWatch Deadlines { get; } = new MemoryDeadlines();

    public Task<ILedgerTransaction> BeginAsync(CancellationToken cancellationToken)
    {
        cancellationToken.ThrowIfCancellationRequested();
        return Task.FromResult<ILedgerTransaction>(new Transaction(ledger));
    }

    public Task<bool> TryLockAsync(string pipeline, CancellationToken cancellationToken) => Task.FromResult(!ledger.IsLockedElsewhere);

    public Task<bool> WaitForLockAsync(string pipeline, CancellationToken cancellationToken) => Task.FromResult(!ledger.IsLockedElsewhere);

    public Task RequireLockAsync(string pipeline, string subject, CancellationToken cancellationToken) => Task.CompletedTask;

    public Task<LockHolder?> LockHolderAsync(string pipeline, string worker, CancellationToken cancellationToken) =>
        Task.FromResult<LockHolder?>(null);

    public ValueTask DisposeAsync() => ValueTask.CompletedTask;

    private sealed class Transaction(MemoryLedger ledger) : ILedgerTransaction
    {
        public Task CommitAsync(CancellationToken cancellationToken)
        {
            ledger.Calls.Add("commit");
            return ledger.CommitFault is null ? Task.CompletedTask : throw ledger.CommitFault;
        }

        public ValueTask DisposeAsync() => ValueTask.CompletedTask;
    }
}
