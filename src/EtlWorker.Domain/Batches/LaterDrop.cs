using EtlWorker.Domain.Drops;

namespace EtlWorker.Domain.Batches;

/// <summary>A drop that waits, or is held, for a later date than the one that a person has made again.</summary>
/// <param name="Drop">The drop.</param>
/// <param name="Date">The date that it belongs to.</param>
/// <param name="IsNewest">Whether it would be loaded: of a snapshot the newest would, of a feed that adds to its table every drop.</param>
public sealed record LaterDrop(Drop Drop, DateOnly Date, bool IsNewest);
