using EtlWorker.Ledger;
using EtlWorker.Ledger.Runs;

namespace EtlWorker.Gate;

/// <summary>The service's gate: a run begins when the drops of a date are complete, and an expected day that has none is told.</summary>
internal sealed class EventGate(DayGate days, MissedDeadlines deadlines) : IRunGate
{
    public Task WatchAsync(ILedgerSession session, CancellationToken cancellationToken) => deadlines.WarnAsync(session, cancellationToken);

    public Task<Run?> OpenAsync(ILedgerSession session, CancellationToken cancellationToken) => days.OpenAsync(session, cancellationToken);
}
