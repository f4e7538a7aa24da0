using System.Collections.Concurrent;
using System.Globalization;
using EtlWorker.StandIns.Http;

namespace EtlWorker.StandIns.S3;

/// <summary>A bucket's objects, all versions of them, under one lock.</summary>
internal sealed class Bucket(string name, TimeProvider clock)
{
    private readonly Lock _gate = new();
    // Newest version first in each list; a list is never empty.
    private readonly SortedDictionary<string, List<StoredObject>> _keys = new(StringComparer.Ordinal);
    private long _lastSequence;

    public string Name { get; } = name;

    public DateTimeOffset CreatedAt { get; } = clock.GetUtcNow();

    /// <summary>Null until versioning is first set, then <c>Enabled</c> or <c>Suspended</c>.</summary>
    public string? Versioning { get; set; }

    public NotificationSettings Notifications { get; set; } = NotificationSettings.None;

    /// <summary>What requests without a signature may do; null where they may do everything, as all others may.</summary>
    public BucketPolicy? Policy { get; set; }

    /// <summary>The queue that gets this bucket's EventBridge events; null without a route.</summary>
    public string? EventBridgeQueue { get; set; }

    public ConcurrentDictionary<string, MultipartUpload> Uploads { get; } = new();

    public bool IsEmpty
    {
        get
        {
            lock (_gate)
                return _keys.Count == 0;
        }
    }

    public StoredObject Put(string key, ObjectContent content, Preconditions preconditions)
    {
        lock (_gate)
        {
            preconditions.CheckWrite(Current(key));
            return Add(key, content, isDeleteMarker: false);
        }
    }

    /// <summary>The version asked for, or the current one; throws AWS's 404 or 405.</summary>
    public StoredObject Get(string key, string? versionId)
    {
        lock (_gate)
        {
            var versions = _keys.GetValueOrDefault(key) ?? [];
            if (versionId is null)
                return Current(key) ?? throw Missing(versions);
            var stored = versions.Find(version => version.VersionId == versionId)
                ?? throw new AwsFailure(404, "NoSuchVersion", "The specified version does not exist.");
            return !stored.IsDeleteMarker ? stored : throw NotReadable();
        }
    }

    public bool Has(string key)
    {
        lock (_gate)
            return Current(key) is not null;
    }

    /// <summary>What was removed or the marker that was added; null when there was nothing to do.</summary>
    public StoredObject? Delete(string key, string? versionId)
    {
        lock (_gate)
        {
            if (versionId is null && Versioning is not null)
                return Add(key, ObjectContent.Empty, isDeleteMarker: true);
            return Remove(key, versionId ?? StoredObject.NullVersion);
        }
    }

    /// <summary>The current objects in key order, without deleted ones.</summary>
    public IReadOnlyList<StoredObject> Objects()
    {
        lock (_gate)
            return [.. _keys.Values.Select(versions => versions[0]).Where(stored => !stored.IsDeleteMarker)];
    }

    /// <summary>All versions in key order, the newest of each key first, and whether it is its key's latest.</summary>
    public IReadOnlyList<(StoredObject Stored, bool IsLatest)> Versions()
    {
        lock (_gate)
            return [.. _keys.Values.SelectMany(versions => versions.Select((stored, index) => (stored, index == 0)))];
    }

    private StoredObject? Current(string key) => _keys.GetValueOrDefault(key)?[0] is { IsDeleteMarker: false } stored ? stored : null;

    private StoredObject Add(string key, ObjectContent content, bool isDeleteMarker)
    {
        var now = clock.GetUtcNow();
        // Rising even when the clock stands still or steps back.
        _lastSequence = Math.Max(_lastSequence + 1, now.UtcTicks);
        var stored = new StoredObject
        {
            Key = key,
            VersionId = Versioning == "Enabled" ? Guid.NewGuid().ToString("N") : StoredObject.NullVersion,
            Sequencer = _lastSequence.ToString("X18", CultureInfo.InvariantCulture),
            LastModified = now,
            Content = content,
            IsDeleteMarker = isDeleteMarker,
        };
        if (Versioning != "Enabled")
            Remove(key, StoredObject.NullVersion);
        if (!_keys.TryGetValue(key, out var versions))
            _keys[key] = versions = [];
        versions.Insert(0, stored);
        return stored;
    }

    private StoredObject? Remove(string key, string versionId)
    {
        var versions = _keys.GetValueOrDefault(key) ?? [];
        var stored = versions.Find(version => version.VersionId == versionId);
        if (stored is not null && versions.Remove(stored) && versions.Count == 0)
            _keys.Remove(key);
        return stored;
    }

    private static AwsFailure Missing(List<StoredObject> versions) => new(404, "NoSuchKey", "The specified key does not exist.")
    {
        Headers = versions.Count == 0
            ? new Dictionary<string, string>()
            : new() { ["x-amz-delete-marker"] = "true", ["x-amz-version-id"] = versions[0].VersionId },
    };

    private static AwsFailure NotReadable() =>
        new(405, "MethodNotAllowed", "The specified method is not allowed against this resource.")
        {
            Headers = new Dictionary<string, string> { ["x-amz-delete-marker"] = "true", ["Allow"] = "DELETE" },
        };
}
