using EtlWorker.Domain.Runs;

namespace EtlWorker.Ledger.Runs;

/// <summary>The run is no longer this worker's: another one took it over, or it has ended.</summary>
internal sealed class RunTakenException(long runId)
    : FaultException(new Fault(FaultKind.Passing, $"Run {runId} is no longer this worker's.", ""));
