using System.Collections.Frozen;
using System.Runtime.CompilerServices;
using EtlWorker.Domain.Drops;
using EtlWorker.Domain.Pipelines;

namespace EtlWorker.Objects;

/// <summary>Finds the objects of a feed, or markers, without a notification of them, as events of the source <c>listing</c>.</summary>
internal sealed class ObjectFinder(IObjectSource source)
{
    /// <summary>The bucket, or the URI of the folder.</summary>
    public string Location => source.Location;

    /// <summary>Whether the source notifies of what lands, so that a listing only finds what was missed.</summary>
    public bool NotifiesOfEvents => source.NotifiesOfEvents;

    /// <summary>How soon a listing may find more; null where nothing is known to be under way.</summary>
    public TimeSpan? LookAgain => source.LookAgain;

    /// <summary>Of a source that notifies of nothing: up to when all objects of these were in their last listing.</summary>
    public DateTimeOffset ListedUntil(IEnumerable<IDropTarget> targets) => targets.Min(target => source.ListedUntil(target.Pattern.Prefix));

    /// <summary>The current objects of a feed, or the current markers, that were written within a time.</summary>
    public IAsyncEnumerable<DropEvent> FindAsync(
        IDropTarget target, DateTimeOffset since, DateTimeOffset until, CancellationToken cancellationToken) =>
        FindAsync(target, since, until, null, FrozenSet<string>.Empty, cancellationToken);

    /// <inheritdoc cref="FindAsync(IDropTarget, DateTimeOffset, DateTimeOffset, CancellationToken)"/>
    /// <param name="target">The feed, or the marker.</param>
    /// <param name="since">The earliest time.</param>
    /// <param name="until">The latest time.</param>
    /// <param name="seen">
    /// What need not be found again; an object counts as recorded once the next one is asked for. Null for nothing.
    /// </param>
    /// <param name="doubtful">Keys that are found all the same.</param>
    /// <param name="cancellationToken">Ends the listing.</param>
    public async IAsyncEnumerable<DropEvent> FindAsync(
        IDropTarget target, DateTimeOffset since, DateTimeOffset until, SeenObjects? seen, IReadOnlySet<string> doubtful,
        [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        await foreach (var listed in source.ListAsync(target.Pattern, since, cancellationToken))
        {
            if (listed.LastModified < since || listed.LastModified > until || !target.Takes(listed.Key, out _)
                || (seen?.Has(target.Name, listed) == true && !doubtful.Contains(listed.Key)))
            {
                continue;
            }

            // Only HEAD tells the version, by which the drop is read and known.
            if (await HeadAsync(target, source.Location, listed.Key, cancellationToken) is { } found)
            {
                // S3 lists whole seconds: a marker of the same second as its files came after them.
                yield return target is MarkerDefinition
                    ? found with { EventTime = found.EventTime.AddMilliseconds(999) }
                    : found;
                seen?.Add(target.Name, listed);
            }
        }
    }

    /// <summary>What is there now under a key; null when nothing is.</summary>
    /// <param name="target">The feed, or the marker, that takes the key; null where none does any more.</param>
    /// <param name="bucket">The bucket.</param>
    /// <param name="key">The key.</param>
    /// <param name="cancellationToken">Cancels the question.</param>
    public async Task<DropEvent?> HeadAsync(IDropTarget? target, string bucket, string key, CancellationToken cancellationToken) =>
        await source.HeadAsync(bucket, key, cancellationToken) is { } head
            ? new DropEvent
            {
                Bucket = bucket,
                Key = key,
                VersionId = target is FeedDefinition { IsIncremental: true } ? head.ContentId ?? head.VersionId : head.VersionId,
                ETag = head.ETag,
                Size = head.Size,
                EventTime = head.LastModified,
                Source = DropSource.Listing,
            }
            : null;
}
