using EtlWorker.Domain.Runs;

namespace EtlWorker.Load;

/// <summary>
/// The session ended before it was known which row the table refused. The run's next attempt loads row by row; this one does not count.
/// </summary>
internal sealed class SessionLostException(string message, Exception fault)
    : FaultException(new Fault(FaultKind.SessionLost, message, "") { CostsNoAttempt = true }, fault);
