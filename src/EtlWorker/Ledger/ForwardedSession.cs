using EtlWorker.Ledger.Drops;
using EtlWorker.Ledger.Notices;
using EtlWorker.Ledger.Runs;
using Npgsql;

namespace EtlWorker.Ledger;

/// <summary>A session that somebody else owns, with others in the place of some of its parts. Disposing it closes nothing.</summary>
/// <param name="session">Closed by its owner.</param>
internal abstract class ForwardedSession(ILedgerSession session) : ILedgerSession
{
    public bool IsOpen => session.IsOpen;

    public NpgsqlConnection Connection => session.Connection;

    public IRunLedger Runs => session.Runs;

    public virtual IDropLedger Drops => session.Drops;

    public virtual IOutbox Outbox => session.Outbox;

    public virtual IDeadlineWatch Deadlines => session.Deadlines;

    public Task<ILedgerTransaction> BeginAsync(CancellationToken cancellationToken) => session.BeginAsync(cancellationToken);

    public Task<bool> TryLockAsync(string pipeline, CancellationToken cancellationToken) =>
        session.TryLockAsync(pipeline, cancellationToken);

    public Task<bool> WaitForLockAsync(string pipeline, CancellationToken cancellationToken) =>
        session.WaitForLockAsync(pipeline, cancellationToken);

    public Task RequireLockAsync(string pipeline, string subject, CancellationToken cancellationToken) =>
        session.RequireLockAsync(pipeline, subject, cancellationToken);

    public Task<LockHolder?> LockHolderAsync(string pipeline, string worker, CancellationToken cancellationToken) =>
        session.LockHolderAsync(pipeline, worker, cancellationToken);

    public ValueTask DisposeAsync() => ValueTask.CompletedTask;
}
