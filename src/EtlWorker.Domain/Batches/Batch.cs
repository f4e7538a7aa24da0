using EtlWorker.Domain.Drops;

namespace EtlWorker.Domain.Batches;

/// <summary>The drops of one date that the trigger says are ready together.</summary>
/// <param name="RunDate">The date that the batch belongs to.</param>
/// <param name="Drops">Those to load, in the order of the definition and of events; the marker last.</param>
public sealed record Batch(DateOnly RunDate, IReadOnlyList<Drop> Drops)
{
    /// <summary>Required feeds of which no version is known; a change runs without them, and says so.</summary>
    public IReadOnlyList<string> Missing { get; init; } = [];

    /// <summary>The empty objects that landed for required feeds of which nothing else is loaded; of a change only.</summary>
    public IReadOnlyList<Drop> Empty { get; init; } = [];
}
