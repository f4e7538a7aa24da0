using EtlWorker.Domain.Runs;

namespace EtlWorker.Storage;

/// <summary>The ledger cannot be used now: nothing was tried, and nothing counts as tried.</summary>
internal class DatabaseUnreachableException(string cause, string remedy, Exception? fault)
    : FaultException(new Fault(FaultKind.Unreachable, cause, remedy), fault);
