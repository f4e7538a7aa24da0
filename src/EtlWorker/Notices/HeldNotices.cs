using EtlWorker.Domain.Drops;
using EtlWorker.Ledger;

namespace EtlWorker.Notices;

/// <summary>Keeps a notice of held drops true while it waits to be sent.</summary>
internal static class HeldNotices
{
    /// <summary>
    /// A notice of held drops may wait for more of them, and a run, a retry or a discard may take them meanwhile: it lists those that
    /// are still held. Within the caller's transaction.
    /// </summary>
    public static Task ForgetTakenAsync(ILedgerSession session, string pipeline, CancellationToken cancellationToken) =>
        session.Outbox.GatherAsync(
            pipeline, DropDisposition.Held, [], all => GateNotices.Excluded(pipeline, DropDisposition.Held, all), cancellationToken);
}
