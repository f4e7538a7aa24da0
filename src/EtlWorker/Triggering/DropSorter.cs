using EtlWorker.Definitions;
using EtlWorker.Domain.Drops;
using EtlWorker.Ledger;

namespace EtlWorker.Triggering;

/// <summary>Finds the feed that an event's object is a drop of, or says why it is none.</summary>
internal sealed class DropSorter(LoadedDefinition definition, string landingBucket)
{
    public SortedEvent Sort(DropEvent told)
    {
        var ignored = told.IgnoredBecause
            ?? (told.Bucket != landingBucket ? $"the bucket is not {landingBucket}" : null)
            ?? (told.Key.EndsWith('/') ? "a folder, no file" : null);
        if (ignored is not null)
        {
            return new SortedEvent(told, null, ignored);
        }

        var feed = definition.Pipeline.FeedOf(told.Key);
        return new SortedEvent(told, feed?.Name, feed is null ? "no feed of the pipeline takes this key" : null);
    }
}
