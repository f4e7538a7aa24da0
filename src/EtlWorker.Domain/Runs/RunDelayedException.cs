namespace EtlWorker.Domain.Runs;

/// <summary>
/// What a run needs is not there yet and is expected to come by itself. The message is one sentence for a person, without row contents.
/// </summary>
public sealed class RunDelayedException(string message, Exception? cause = null)
    : FaultException(new Fault(FaultKind.Passing, message, ""), cause);
