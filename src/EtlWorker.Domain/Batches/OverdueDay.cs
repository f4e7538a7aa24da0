using EtlWorker.Domain.Drops;

namespace EtlWorker.Domain.Batches;

/// <summary>An expected day that has no run although its deadline has passed.</summary>
/// <param name="Date">The day.</param>
/// <param name="Deadline">When it should have run.</param>
/// <param name="Missing">The required feeds, or the marker, that have no drop of that date; all of them when nothing came at all.</param>
public sealed record OverdueDay(DateOnly Date, DateTimeOffset Deadline, IReadOnlyList<string> Missing)
{
    /// <summary>Why it is not known whether the day is expected, so that it counts as expected; null where it is known.</summary>
    public string? Doubt { get; init; }

    /// <summary>The empty objects of that date, of the feeds that are missing.</summary>
    public IReadOnlyList<Drop> Empty { get; init; } = [];

    /// <summary>What is missing, with how many parts are here and the keys of empty objects.</summary>
    public IReadOnlyList<string> MissingInWords { get; init; } = Missing;
}
