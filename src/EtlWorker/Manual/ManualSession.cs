using EtlWorker.Ledger;
using EtlWorker.Ledger.Notices;
using EtlWorker.Running;

namespace EtlWorker.Manual;

/// <summary>A command's session as a step has it: it outlives the step, and the notices of others are not the command's to send.</summary>
/// <param name="session">Closed by its owner.</param>
/// <param name="memory">Knows the command's run.</param>
internal sealed class ManualSession(ILedgerSession session, RunMemory memory) : ForwardedSession(session)
{
    public override IOutbox Outbox { get; } = new OwnNotices(session.Outbox, memory);
}
