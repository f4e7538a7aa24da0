namespace EtlWorker.Domain.Runs;

/// <summary>
/// The session ended before it was known which row PostgreSQL ended it for. The run's next attempt is careful; this one does not count.
/// </summary>
public sealed class SessionLostException(string message, Exception fault)
    : FaultException(new Fault(FaultKind.SessionLost, message, "") { CostsNoAttempt = true }, fault);
