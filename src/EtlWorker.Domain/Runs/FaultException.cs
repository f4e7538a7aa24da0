namespace EtlWorker.Domain.Runs;

/// <summary>A fault that is known for what it is. The message is its cause.</summary>
/// <param name="fault">The fault.</param>
/// <param name="cause">What it was made of; null where nothing else failed.</param>
public class FaultException(Fault fault, Exception? cause = null) : Exception(fault.Cause, cause)
{
    public virtual Fault Fault => fault;
}
