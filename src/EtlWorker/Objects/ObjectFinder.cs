using System.Runtime.CompilerServices;
using EtlWorker.Domain.Drops;
using EtlWorker.Domain.Pipelines;

namespace EtlWorker.Objects;

/// <summary>Finds the objects of a feed, or markers, without a notification of them, as events of the source <c>listing</c>.</summary>
internal sealed class ObjectFinder(IObjectSource source)
{
    /// <summary>Whether the source notifies of what lands, so that a listing only finds what was missed.</summary>
    public bool NotifiesOfEvents => source.NotifiesOfEvents;

    /// <summary>The current objects of a feed, or the current markers, that were written within a time.</summary>
    public async IAsyncEnumerable<DropEvent> FindAsync(
        IDropTarget target, DateTimeOffset since, DateTimeOffset until, [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        await foreach (var listed in source.ListAsync(target.Pattern.Prefix, cancellationToken))
        {
            // Only HEAD tells the version, by which the drop is read and known.
            if (listed.LastModified >= since && listed.LastModified <= until && target.Takes(listed.Key, out _)
                && await HeadAsync(source.Location, listed.Key, cancellationToken) is { } found)
            {
                // S3 lists whole seconds: a marker of the same second as its files came after them.
                yield return target is MarkerDefinition
                    ? found with { EventTime = found.EventTime.AddMilliseconds(999) }
                    : found;
            }
        }
    }

    /// <summary>What is there now under a key; null when nothing is.</summary>
    public async Task<DropEvent?> HeadAsync(string bucket, string key, CancellationToken cancellationToken) =>
        await source.HeadAsync(bucket, key, cancellationToken) is { } head
            ? new DropEvent
            {
                Bucket = bucket,
                Key = key,
                VersionId = head.VersionId,
                ETag = head.ETag,
                Size = head.Size,
                EventTime = head.LastModified,
                Source = DropSource.Listing,
            }
            : null;
}
