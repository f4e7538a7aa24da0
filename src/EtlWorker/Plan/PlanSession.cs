using EtlWorker.Domain.Drops;
using EtlWorker.Ledger;
using EtlWorker.Ledger.Drops;
using EtlWorker.Ledger.Notices;

namespace EtlWorker.Plan;

/// <summary>
/// The ledger's session as a dry run has it: its drops are those of the plan, and it sends nothing. Its runs are read only: whatever
/// changes one finds none.
/// </summary>
/// <param name="session">Closed by its owner.</param>
/// <param name="drops">What is loaded.</param>
internal sealed class PlanSession(ILedgerSession session, IReadOnlyList<Drop> drops) : ForwardedSession(session)
{
    public override IDropLedger Drops { get; } = new PlannedDrops(drops);

    public override IOutbox Outbox => throw new NotSupportedException("A dry run sends no notice.");

    public override IDeadlineWatch Deadlines => throw new NotSupportedException("A dry run judges no deadline.");
}
