using System.Runtime.CompilerServices;
using EtlWorker.Domain.Drops;
using EtlWorker.Domain.Runs;
using EtlWorker.Objects;

namespace EtlWorker.Tests.Memory;

/// <summary>A source in memory, without versions.</summary>
internal sealed class MemorySource : IObjectSource
{
    private readonly SortedDictionary<string, (byte[] Content, DateTimeOffset At)> _objects = new(StringComparer.Ordinal);

    public string Location { get; init; } = "memory://landing";

    public bool NotifiesOfEvents { get; set; } = true;

    /// <summary>What each question throws; null where it is answered.</summary>
    public Exception? Fault { get; set; }

    public void Put(string key, byte[] content, DateTimeOffset at) => _objects[key] = (content, at);

    public void Delete(string key) => _objects.Remove(key);

    /// <summary>What is there under a key, as the event of its upload told it.</summary>
    public Drop Drop(long id, string feed, string key, DropDisposition disposition = DropDisposition.Pending) => new()
    {
        Id = id,
        Feed = feed,
        Bucket = Location,
        Key = key,
        ETag = ETagOf(_objects[key].Content),
        Size = _objects[key].Content.Length,
        EventTime = _objects[key].At,
        ReceivedAt = _objects[key].At,
        Disposition = disposition,
    };

    public Task<ObjectBody> OpenAsync(ObjectVersion version, long from, CancellationToken cancellationToken)
    {
        Ask();
        if (!_objects.TryGetValue(version.Key, out var found) || (version.ETag is { } etag && etag != ETagOf(found.Content)))
        {
            throw new ObjectGoneException(new Fault(FaultKind.Permanent, "the object was deleted or overwritten", "Drop the file again."));
        }

        return Task.FromResult(new ObjectBody
        {
            Stream = new MemoryStream(found.Content[(int)from..]),
            From = from,
            Total = found.Content.Length,
            ETag = ETagOf(found.Content),
        });
    }

    public Task<ObjectHead?> HeadAsync(string bucket, string key, CancellationToken cancellationToken)
    {
        Ask();
        return Task.FromResult(_objects.TryGetValue(key, out var found)
            ? new ObjectHead
            {
                Key = key,
                VersionId = null,
                ETag = ETagOf(found.Content),
                Size = found.Content.Length,
                LastModified = found.At,
            }
            : null);
    }

    public Task<Presence> FindAsync(string bucket, string key, CancellationToken cancellationToken)
    {
        Ask();
        return Task.FromResult(_objects.ContainsKey(key) ? Presence.Present : Presence.Missing);
    }

    public async IAsyncEnumerable<ListedObject> ListAsync(string prefix, [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        await Task.CompletedTask;
        Ask();
        foreach (var (key, (content, at)) in _objects.Where(one => one.Key.StartsWith(prefix, StringComparison.Ordinal)).ToList())
        {
            yield return new ListedObject { Key = key, ETag = ETagOf(content), Size = content.Length, LastModified = at };
        }
    }

    private void Ask()
    {
        if (Fault is not null)
        {
            throw Fault;
        }
    }

    private static string ETagOf(byte[] content) => Convert.ToHexStringLower(System.Security.Cryptography.SHA256.HashData(content))[..32];
}
