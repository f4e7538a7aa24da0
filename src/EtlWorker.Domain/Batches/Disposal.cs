using EtlWorker.Domain.Drops;

namespace EtlWorker.Domain.Batches;

/// <summary>A drop that will not be loaded as things stand, and why.</summary>
/// <param name="Drop">The drop.</param>
/// <param name="Date">The date that it belongs to.</param>
/// <param name="Disposition">Held, superseded or ignored.</param>
/// <param name="Reason">Why.</param>
public sealed record Disposal(Drop Drop, DateOnly Date, DropDisposition Disposition, DisposalReason Reason)
{
    /// <summary>Whether its feed is incremental: the next batch takes it, if it is held.</summary>
    public bool IsIncremental { get; init; }

    /// <summary>Whether a notice reports it. That an empty object was written a moment later is for the ledger and the log.</summary>
    public bool IsNotified { get; init; } = true;
}
