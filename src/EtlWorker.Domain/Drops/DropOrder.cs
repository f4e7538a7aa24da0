namespace EtlWorker.Domain.Drops;

/// <summary>
/// Which drop is newer. Versions of one key go by their sequencers; where either side lacks one, and across keys, time
/// decides. Mixing both rules in one comparer would not be transitive, hence two entry points.
/// </summary>
public static class DropOrder
{
    /// <summary>A total order by event time; ties are broken by what the objects are, so arrival order never matters.</summary>
    public static IOrderedEnumerable<Drop> OldestFirst(this IEnumerable<Drop> drops) => drops
        .OrderBy(drop => drop.EventTime)
        .ThenBy(drop => drop.Key, StringComparer.Ordinal)
        .ThenBy(drop => drop.VersionId ?? drop.ETag, StringComparer.Ordinal)
        .ThenBy(drop => drop.Id);

    /// <summary>The newest of at least one drop.</summary>
    public static Drop Newest(this IEnumerable<Drop> drops) =>
        drops.GroupBy(drop => (drop.Bucket, drop.Key)).Select(NewestVersion).OldestFirst().Last();

    /// <summary>The newest version of each key, oldest first.</summary>
    public static IReadOnlyList<Drop> NewestOfEachKey(this IEnumerable<Drop> drops) =>
        [.. drops.GroupBy(drop => (drop.Bucket, drop.Key)).Select(NewestVersion).OldestFirst()];

    private static Drop NewestVersion(IEnumerable<Drop> versions)
    {
        var byKind = versions.ToLookup(drop => drop.Sequencer is not null);
        var newest = byKind[false].OldestFirst().TakeLast(1).ToList();
        if (byKind[true].Any())
        {
            var width = byKind[true].Max(drop => drop.Sequencer!.Length);
            newest.Add(byKind[true].OldestFirst().OrderBy(drop => Padded(drop.Sequencer!, width), StringComparer.OrdinalIgnoreCase).Last());
        }

        return newest.OldestFirst().Last();
    }

    // AWS: the shorter sequencer is padded on the right before comparing
    // (https://docs.aws.amazon.com/AmazonS3/latest/userguide/notification-content-structure.html).
    private static string Padded(string sequencer, int width) => sequencer.PadRight(width, '0');
}
