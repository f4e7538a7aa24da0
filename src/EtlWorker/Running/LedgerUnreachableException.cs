namespace EtlWorker.Running;

/// <summary>No session with the ledger could be opened: nothing was tried, and nothing counts as tried.</summary>
internal sealed class LedgerUnreachableException(Exception fault) : Exception(fault.Message, fault);
