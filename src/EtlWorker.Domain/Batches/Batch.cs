using EtlWorker.Domain.Drops;

namespace EtlWorker.Domain.Batches;

/// <summary>The drops of one date that the trigger says are ready together.</summary>
/// <param name="RunDate">The date that the batch belongs to.</param>
/// <param name="Drops">One per feed that takes part, in the order of the definition.</param>
public sealed record Batch(DateOnly RunDate, IReadOnlyList<Drop> Drops);
