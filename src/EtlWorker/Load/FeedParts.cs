using EtlWorker.Domain.Drops;
using EtlWorker.Domain.Pipelines;
using EtlWorker.Domain.Runs;
using EtlWorker.Ledger.Runs;

namespace EtlWorker.Load;

/// <summary>What is to be loaded of a feed: one file, every file by itself, or the parts of one snapshot.</summary>
internal static class FeedParts
{
    /// <param name="run">The run that loads.</param>
    /// <param name="feed">The feed.</param>
    /// <param name="drops">Its drops.</param>
    /// <param name="limit">How many rows may be refused, of all parts together.</param>
    /// <param name="former">What the feed loaded before.</param>
    /// <param name="open">Opens a drop's bytes.</param>
    /// <exception cref="RunFailedException">There are more parts than the definition says.</exception>
    public static IReadOnlyList<FeedJob> JobsOf(
        Run run, FeedDefinition feed, IEnumerable<Drop> drops, RejectLimit limit, FormerRows former,
        Func<Drop, CancellationToken, Task<Stream>> open)
    {
        var files = drops.OldestFirst().ToList();
        if (!feed.HasParts)
        {
            return [.. files.Select((drop, index) => new FeedJob(run, feed, drop, limit, former)
            {
                Files = files.Count,
                IsLastFile = index == files.Count - 1,
            })];
        }

        if (feed.Count is { } count && files.Count > count)
        {
            throw TooMany(feed, count, run, files);
        }

        var earlier = new EarlierParts(files, open);
        return [.. files.Select((drop, index) => new FeedJob(run, feed, drop, limit, former)
        {
            Parts = files.Count,
            IsLast = index == files.Count - 1,
            Files = files.Count,
            IsLastFile = index == files.Count - 1,
            Earlier = index == 0 ? null : earlier,
        })];
    }

    private static RunFailedException TooMany(FeedDefinition feed, int count, Run run, List<Drop> files)
    {
        var keys = string.Join(", ", files.Select(drop => $"{drop.Key} (drop {drop.Id})"));
        return new RunFailedException(
            $"feed {feed.Name} has {files.Count} files for {run.RunDate:yyyy-MM-dd} where its \"count\" says {count}: {keys}",
            "If all of them belong to the snapshot, correct \"count\" in the definition. "
                + $"If the newest does not: `{OperatorCommand.Discard(run.Pipeline, files[^1].Id)}`; for another one give its number.");
    }
}
