using EtlWorker.Domain.Drops;

namespace EtlWorker.Plan;

/// <summary>The files that a dry run loads, as drops that are in no ledger.</summary>
/// <param name="Drops">Those to load.</param>
/// <param name="Missing">The required feeds that have no file, or too few, in words.</param>
/// <param name="NotTaken">The files that are not loaded, and why.</param>
internal sealed record PlannedSet(
    IReadOnlyList<Drop> Drops, IReadOnlyList<string> Missing, IReadOnlyList<(string File, string Reason)> NotTaken);
