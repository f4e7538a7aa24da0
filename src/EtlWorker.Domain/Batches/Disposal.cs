using EtlWorker.Domain.Drops;

namespace EtlWorker.Domain.Batches;

/// <summary>A drop that will not be loaded as things stand, and why.</summary>
/// <param name="Drop">The drop.</param>
/// <param name="Date">The date that it belongs to.</param>
/// <param name="Disposition">Held or superseded.</param>
/// <param name="Reason">One sentence for a person.</param>
public sealed record Disposal(Drop Drop, DateOnly Date, DropDisposition Disposition, string Reason);
