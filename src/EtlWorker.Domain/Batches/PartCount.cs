using EtlWorker.Domain.Drops;
using EtlWorker.Domain.Pipelines;

namespace EtlWorker.Domain.Batches;

/// <summary>How many of a feed's parts are there.</summary>
internal static class PartCount
{
    /// <summary>Whether these drops of a feed, or of the marker, are all that its set needs.</summary>
    public static bool IsEnough(IDropTarget target, IEnumerable<Drop> here) => KeysOf(here) >= Needed(target);

    /// <summary>The names of those that have too few drops here.</summary>
    public static IReadOnlyList<string> Lacking(IEnumerable<IDropTarget> awaited, IEnumerable<DatedDrop> here)
    {
        var byName = here.ToLookup(dated => dated.Target.Name, dated => dated.Drop);
        return [.. awaited.Where(target => !IsEnough(target, byName[target.Name])).Select(target => target.Name)];
    }

    /// <summary>Feeds in words, with how many of their parts are here and the keys of empty objects.</summary>
    public static IReadOnlyList<string> InWords(
        IEnumerable<FeedDefinition> feeds, IReadOnlyList<string> names, IEnumerable<DatedDrop> here, IEnumerable<Drop> empty)
    {
        var byFeed = here.ToLookup(dated => dated.Target.Name, dated => dated.Drop);
        var emptyKeys = empty.OldestFirst().ToLookup(drop => drop.Feed, drop => drop.Key);
        var counts = feeds.Where(feed => feed is { HasParts: true, Count: not null } && byFeed.Contains(feed.Name))
            .ToDictionary(feed => feed.Name, feed => $"{KeysOf(byFeed[feed.Name])} of {feed.Count} files");
        return [.. names.Select(name => Word(name, counts.GetValueOrDefault(name), emptyKeys[name].LastOrDefault()))];
    }

    private static string Word(string feed, string? count, string? emptyKey)
    {
        var details = string.Join("; ", new[] { count, emptyKey is null ? null : $"{emptyKey} is empty" }.OfType<string>());
        return details.Length == 0 ? feed : $"{feed} ({details})";
    }

    private static int Needed(IDropTarget target) => target is FeedDefinition { HasParts: true, Count: { } count } ? count : 1;

    private static int KeysOf(IEnumerable<Drop> drops) => drops.DistinctBy(drop => (drop.Bucket, drop.Key)).Count();
}
