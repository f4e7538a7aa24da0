using EtlWorker.Domain.Drops;
using EtlWorker.Domain.Runs;

namespace EtlWorker.Objects;

/// <summary>Where drops land. One class a kind of source; nothing but it knows how the source is asked.</summary>
internal interface IObjectSource
{
    /// <summary>The bucket, or the URI of the folder, in which objects are listed.</summary>
    string Location { get; }

    /// <summary>Whether the source notifies of each object that lands; else a listing alone finds them.</summary>
    bool NotifiesOfEvents { get; }

    /// <summary>How soon a listing may have more than the last one had; null where nothing is known to be under way.</summary>
    TimeSpan? LookAgain => null;

    /// <summary>Of a source that notifies of nothing: up to when all that has landed below a prefix was in its last listing.</summary>
    DateTimeOffset ListedUntil(string prefix) => DateTimeOffset.MaxValue;

    /// <summary>Opens one version of an object at one of its bytes.</summary>
    /// <param name="version">The version; with an ETag it must have that one.</param>
    /// <param name="from">The first byte wanted.</param>
    /// <param name="cancellationToken">Ends the request, not the reading of what it opened.</param>
    /// <returns>The body, which begins where the source says: it may ignore <paramref name="from"/>.</returns>
    /// <exception cref="ObjectGoneException">That version is no more.</exception>
    /// <exception cref="FaultException">The source could not be asked, or refused.</exception>
    Task<ObjectBody> OpenAsync(ObjectVersion version, long from, CancellationToken cancellationToken);

    /// <returns>The current version; null when there is none, it is deleted, or it is still being written.</returns>
    /// <exception cref="FaultException">The source could not be asked; also when there is no such bucket.</exception>
    Task<ObjectHead?> HeadAsync(string bucket, string key, CancellationToken cancellationToken);

    /// <summary>Whether an object is there now, in whatever version.</summary>
    /// <exception cref="FaultException">The source could not be asked.</exception>
    Task<Presence> FindAsync(string bucket, string key, CancellationToken cancellationToken);

    /// <summary>The current objects below a prefix of <see cref="Location"/>, in key order.</summary>
    /// <exception cref="FaultException">The source could not be asked; also when there is no such bucket.</exception>
    IAsyncEnumerable<ListedObject> ListAsync(string prefix, CancellationToken cancellationToken);

    /// <summary>The current objects that a pattern may take, others among them: a source that may not be listed knows more ways.</summary>
    /// <param name="pattern">The keys.</param>
    /// <param name="since">Objects that name an earlier date, or were written before, are not wanted.</param>
    /// <param name="cancellationToken">Ends the listing.</param>
    /// <exception cref="FaultException">The source could not be asked; also when there is no such bucket.</exception>
    IAsyncEnumerable<ListedObject> ListAsync(ObjectPattern pattern, DateTimeOffset since, CancellationToken cancellationToken) =>
        ListAsync(pattern.Prefix, cancellationToken);
}
