using EtlWorker.Ledger;
using EtlWorker.Ledger.Drops;
using EtlWorker.Ledger.Notices;
using EtlWorker.Ledger.Runs;
using EtlWorker.Running;
using Npgsql;

namespace EtlWorker.Manual;

/// <summary>A command's session as a step has it: it outlives the step, and the notices of others are not the command's to send.</summary>
/// <param name="session">Closed by its owner.</param>
/// <param name="memory">Knows the command's run.</param>
internal sealed class ManualSession(ILedgerSession session, RunMemory memory) : ILedgerSession
{
    public bool IsOpen => session.IsOpen;

    public NpgsqlConnection Connection => session.Connection;

    public IRunLedger Runs => session.Runs;

    public IDropLedger Drops => session.Drops;

    public IOutbox Outbox { get; } = new OwnNotices(session.Outbox, memory);

    public IDeadlineWatch Deadlines => session.Deadlines;

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
