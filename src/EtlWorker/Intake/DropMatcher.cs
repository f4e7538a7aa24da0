using EtlWorker.Definitions;
using EtlWorker.Domain.Batches;
using EtlWorker.Domain.Drops;
using EtlWorker.Ledger.Drops;
using EtlWorker.Objects;

namespace EtlWorker.Intake;

/// <summary>Finds the feed that an event's object is a drop of, or says why it is none.</summary>
internal sealed class DropMatcher(Pipeline pipeline, IObjectSource source)
{
    public MatchedEvent Match(DropEvent told) => new(told, FeedOf(told.Bucket, told.Key, out var ignoredBecause), ignoredBecause);

    /// <returns>The feed's name; null when none takes the object.</returns>
    public string? FeedOf(string bucket, string key, out string? ignoredBecause)
    {
        ignoredBecause = (bucket != source.Location ? $"the bucket is not {source.Location}" : null)
            ?? (key.EndsWith('/') ? "a folder, no file" : null);
        var feed = ignoredBecause is null ? pipeline.Definition.Pipeline.TargetOf(key)?.Name : null;
        ignoredBecause ??= feed is null ? "no feed of the pipeline takes this key" : null;
        return feed;
    }
}
