using EtlWorker.Domain.Drops;

namespace EtlWorker.Domain.Batches;

/// <summary>A drop that will not be loaded as things stand, and why.</summary>
/// <param name="Drop">The drop.</param>
/// <param name="Date">The date that it belongs to.</param>
/// <param name="Disposition">Held or superseded.</param>
/// <param name="Reason">One sentence for a person.</param>
public sealed record Disposal(Drop Drop, DateOnly Date, DropDisposition Disposition, string Reason)
{
    /// <summary>Whether a notice reports it. That an empty object was written a moment later is for the ledger and the log.</summary>
    public bool IsNotified { get; init; } = true;
}
