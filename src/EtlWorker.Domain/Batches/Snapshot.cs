using EtlWorker.Domain.Drops;
using EtlWorker.Domain.Pipelines;

namespace EtlWorker.Domain.Batches;

/// <summary>Which drops make up a feed's snapshot, or the marker.</summary>
internal static class Snapshot
{
    /// <summary>The newest of a feed's drops, or of each of its parts; of at least one drop.</summary>
    public static IReadOnlyList<Drop> NewestOf(this IEnumerable<Drop> drops, IDropTarget target) =>
        target.HasParts ? drops.NewestOfEachKey() : [drops.Newest()];
}
