using EtlWorker.Domain.Drops;

namespace EtlWorker.Extract;

/// <summary>The drop's bytes are no more: its object was deleted or overwritten after its event.</summary>
internal sealed class DropChangedException(Drop drop, Exception? cause = null)
    : Exception(
        $"s3://{drop.Bucket}/{drop.Key} was deleted or overwritten after its event of {drop.EventTime.UtcDateTime:yyyy-MM-dd HH:mm:ss} UTC",
        cause)
{
    public Drop Drop => drop;
}
