using EtlWorker.Domain.Drops;

namespace EtlWorker.Domain.Batches;

/// <summary>A drop that may hold what its run failed by.</summary>
/// <param name="Drop">The drop.</param>
/// <param name="GivesWay">Whether a newer version of its key replaces it at the retry; else only a person can get rid of it.</param>
public sealed record Suspect(Drop Drop, bool GivesWay);
