using EtlWorker.Domain.Drops;

namespace EtlWorker.Ledger.Drops;

/// <summary>A drop that is not loaded as things stand, as the ledger keeps it.</summary>
/// <param name="Drop">The drop.</param>
/// <param name="Date">The date that it belongs to.</param>
/// <param name="Disposition">Held, superseded or ignored.</param>
/// <param name="Reason">One sentence for a person.</param>
internal sealed record ExcludedDrop(Drop Drop, DateOnly Date, DropDisposition Disposition, string Reason);
