using EtlWorker.Domain.Drops;
using EtlWorker.Domain.Runs;

namespace EtlWorker.Extract;

/// <summary>The drop's bytes are no more: its object was deleted or overwritten after its event.</summary>
internal sealed class DropChangedException(Drop drop, Exception? cause = null)
    : FaultException(
        new Fault(
            FaultKind.Permanent,
            $"{drop.Object.Address} was deleted or overwritten after its event of {drop.EventTime.UtcDateTime:yyyy-MM-dd HH:mm:ss} UTC",
            "Drop the file again."),
        cause)
{
    public Drop Drop => drop;
}
