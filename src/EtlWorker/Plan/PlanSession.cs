using EtlWorker.Domain.Drops;
using EtlWorker.Ledger;
using EtlWorker.Ledger.Drops;
using EtlWorker.Ledger.Notices;
using EtlWorker.Ledger.Runs;
using Npgsql;

namespace EtlWorker.Plan;

/// <summary>The ledger's session as a dry run has it: its drops are those of the plan, and it sends nothing.</summary>
/// <param name="session">Closed by its owner.</param>
/// <param name="drops">What is loaded.</param>
internal sealed class PlanSession(ILedgerSession session, IReadOnlyList<Drop> drops) : ILedgerSession
{
    public bool IsOpen => session.IsOpen;

    public NpgsqlConnection Connection => session.Connection;

    /// <summary>Read only: whatever changes a run finds none.</summary>
    public IRunLedger Runs => session.Runs;

    public IDropLedger Drops { get; } = new PlannedDrops(drops);

    public IOutbox Outbox => throw new NotSupportedException("A dry run sends no notice.");

    public IDeadlineWatch Deadlines => throw new NotSupportedException("A dry run judges no deadline.");

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
