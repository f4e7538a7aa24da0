using System.Collections.Concurrent;
using System.Globalization;
using System.IO.Enumeration;
using System.Runtime.CompilerServices;
using EtlWorker.Domain.Drops;
using EtlWorker.Domain.Runs;

namespace EtlWorker.Objects;

/// <summary>
/// A folder in which files land, such as a share of an on-premise server. A file is a drop once it has been as it is for a while. Its
/// version is the SHA-256 of its bytes, with the time at which it was written.
/// </summary>
/// <param name="folder">Its full path. A key is a path below it, with slashes.</param>
/// <param name="stableFor">How long a file must have had its size and time.</param>
/// <param name="time">Measures that.</param>
/// <param name="beat">Is called again and again while a large file is read.</param>
internal sealed class DropFolder(string folder, TimeSpan stableFor, TimeProvider time, Action beat) : IObjectSource
{
    private const char TimeMark = '@';
    private static readonly string[] Unfinished = [".tmp", ".part"];

    private static readonly EnumerationOptions Everything = new()
    {
        RecurseSubdirectories = true,
        IgnoreInaccessible = false,
        AttributesToSkip = FileAttributes.None,
    };

    private readonly ConcurrentDictionary<string, Sighting> _seen = new(StringComparer.Ordinal);
    private readonly ConcurrentDictionary<string, FolderLooks> _looks = new(StringComparer.Ordinal);
    private long _look;

    public string Location { get; } = new Uri(folder).AbsoluteUri;

    public bool NotifiesOfEvents => false;

    public TimeSpan? LookAgain => _seen.Values.Any(sighting => sighting.IsUnsettled) ? stableFor : null;

    public DateTimeOffset ListedUntil(string prefix) =>
        _looks.TryGetValue(prefix, out var looks) ? looks.CompleteUntil(stableFor) : DateTimeOffset.MinValue;

    public async IAsyncEnumerable<ListedObject> ListAsync(string prefix, [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        await Task.CompletedTask;
        var looks = _looks.GetOrAdd(prefix, _ => new FolderLooks());
        var (look, began, before) = (Interlocked.Increment(ref _look), time.GetUtcNow(), looks.Last);
        using var files = Ask(prefix, () => Files(prefix)?.GetEnumerator());
        while (files is not null && Ask(prefix, files.MoveNext))
        {
            cancellationToken.ThrowIfCancellationRequested();
            var (key, size, writtenAt) = files.Current;
            if (!key.StartsWith(prefix, StringComparison.Ordinal))
            {
                continue;
            }

            var sighting = See(key, size, writtenAt, look, began, before);
            if (!sighting.IsUnsettled)
            {
                yield return new ListedObject { Key = key, ETag = null, Size = size, LastModified = sighting.EventTime };
            }
        }

        foreach (var (key, _) in _seen.Where(one => one.Value.Look < look && one.Key.StartsWith(prefix, StringComparison.Ordinal)))
        {
            _seen.TryRemove(key, out _);
        }

        looks.Add(began);
    }

    public async Task<ObjectHead?> HeadAsync(string bucket, string key, CancellationToken cancellationToken)
    {
        if (StateOf(key) is not var (size, writtenAt))
        {
            return null;
        }

        var sighting = _seen.GetValueOrDefault(key);
        if (sighting is null || !sighting.Is(size, writtenAt))
        {
            // Nobody has listed it as it is now.
            var now = time.GetUtcNow();
            sighting = new Sighting(size, writtenAt, EventTimeOf(writtenAt, now, null), now, 0)
            {
                IsUnsettled = now - writtenAt < stableFor,
            };
        }

        // What is still being written is not there yet.
        sighting.Sha256 ??= sighting.IsUnsettled ? null : await HashAsync(key, size, writtenAt, cancellationToken);
        return sighting.Sha256 is null ? null : new ObjectHead
        {
            Key = key,
            VersionId = string.Create(CultureInfo.InvariantCulture, $"{sighting.Sha256}{TimeMark}{writtenAt.UtcTicks}"),
            ContentId = sighting.Sha256,
            ETag = null,
            Size = size,
            LastModified = sighting.EventTime,
        };
    }

    public Task<Presence> FindAsync(string bucket, string key, CancellationToken cancellationToken) =>
        Task.FromResult(StateOf(key) is null ? Presence.Deleted : Presence.Present);

    public Task<ObjectBody> OpenAsync(ObjectVersion version, long from, CancellationToken cancellationToken) =>
        Task.FromResult(OpenVersion(version, from));

    private ObjectBody OpenVersion(ObjectVersion version, long from)
    {
        var stream = Open(version.Key);
        try
        {
            var (size, writtenAt) = (stream.Length, File.GetLastWriteTimeUtc(stream.SafeFileHandle));
            var parts = version.VersionId?.Split(TimeMark) ?? [];
            var known = _seen.GetValueOrDefault(version.Key) is { Sha256: { } hash } sighting && sighting.Is(size, writtenAt) ? hash : null;
            if ((parts is [_, var ticks] && ticks != writtenAt.Ticks.ToString(CultureInfo.InvariantCulture))
                || (parts is [var wanted, ..] && known is not null && known != wanted))
            {
                throw Gone(null);
            }

            stream.Seek(from, SeekOrigin.Begin);
            return new ObjectBody
            {
                Stream = stream,
                From = from,
                Total = size,
                ETag = null,
                Sha256 = parts is [var named, ..] ? named : null,
            };
        }
        catch
        {
            stream.Dispose();
            throw;
        }
    }

    private Sighting See(string key, long size, DateTimeOffset writtenAt, long look, DateTimeOffset now, DateTimeOffset? before)
    {
        var sighting = _seen.GetValueOrDefault(key);
        if (sighting is null || !sighting.Is(size, writtenAt))
        {
            // What was there before the first look has been as it is since it was written.
            sighting = _seen[key] = new Sighting(
                size, writtenAt, EventTimeOf(writtenAt, now, before), before is null && writtenAt < now ? writtenAt : now, look);
        }

        sighting.Look = look;
        sighting.IsUnsettled = now - sighting.SameSince < stableFor;
        return sighting;
    }

    /// <summary>When it was written; where an earlier look did not have it, and it says that it is older, when it was seen first.</summary>
    private static DateTimeOffset EventTimeOf(DateTimeOffset writtenAt, DateTimeOffset now, DateTimeOffset? before) =>
        writtenAt < before || writtenAt > now ? now : writtenAt;

    /// <returns>Null where the folder has no folder for the prefix.</returns>
    private FileSystemEnumerable<(string Key, long Size, DateTimeOffset WrittenAt)>? Files(string prefix)
    {
        var below = Path.Combine(folder, prefix[..(prefix.LastIndexOf('/') + 1)]);
        if (!Directory.Exists(below))
        {
            return Directory.Exists(folder) ? null : throw new DirectoryNotFoundException($"{folder} is not there");
        }

        return new FileSystemEnumerable<(string, long, DateTimeOffset)>(
            below,
            (ref FileSystemEntry entry) => (
                Path.GetRelativePath(folder, entry.ToFullPath()), entry.Length, entry.LastWriteTimeUtc),
            Everything)
        {
            ShouldIncludePredicate = (ref FileSystemEntry entry) =>
                !entry.IsDirectory && !IsLeftOut(entry) && !HasEnding(entry.FileName),
            ShouldRecursePredicate = (ref FileSystemEntry entry) => !IsLeftOut(entry),
        };
    }

    /// <summary>What is hidden; and links, which may lead anywhere.</summary>
    private static bool IsLeftOut(in FileSystemEntry entry) =>
        entry.FileName.StartsWith(".") || (entry.Attributes & FileAttributes.ReparsePoint) != 0;

    private static bool HasEnding(ReadOnlySpan<char> name)
    {
        foreach (var ending in Unfinished)
        {
            if (name.EndsWith(ending, StringComparison.OrdinalIgnoreCase))
            {
                return true;
            }
        }

        return false;
    }

    /// <returns>Null where the file changed as it was read.</returns>
    private async Task<string?> HashAsync(string key, long size, DateTimeOffset writtenAt, CancellationToken cancellationToken)
    {
        await using var stream = Open(key);
        try
        {
            var hash = await FileHash.OfAsync(stream, beat, cancellationToken);
            return StateOf(key) == (size, writtenAt) ? hash : null;
        }
        catch (IOException fault)
        {
            throw Refused(key, fault);
        }
    }

    private FileStream Open(string key)
    {
        try
        {
            return new FileStream(
                PathOf(key), FileMode.Open, FileAccess.Read, FileShare.ReadWrite | FileShare.Delete, 1,
                FileOptions.Asynchronous | FileOptions.SequentialScan);
        }
        catch (Exception gone) when (gone is FileNotFoundException or DirectoryNotFoundException)
        {
            throw Gone(gone);
        }
        catch (Exception refused) when (refused is IOException or UnauthorizedAccessException)
        {
            throw Refused(key, refused);
        }
    }

    private (long Size, DateTimeOffset WrittenAt)? StateOf(string key) =>
        Ask(key, () => new FileInfo(PathOf(key))) is { Exists: true } file ? (file.Length, file.LastWriteTimeUtc) : null;

    private string PathOf(string key)
    {
        var path = Path.GetFullPath(Path.Combine(folder, key));
        return path.StartsWith(folder + Path.DirectorySeparatorChar, StringComparison.Ordinal)
            ? path
            : throw Refused(key, new IOException("it lies outside of the folder"));
    }

    private T Ask<T>(string what, Func<T> ask)
    {
        try
        {
            return ask();
        }
        catch (Exception refused) when (refused is IOException or UnauthorizedAccessException)
        {
            throw Refused(what, refused);
        }
    }

    private FaultException Refused(string what, Exception fault) => new(
        new Fault(
            FaultKind.Passing, $"{folder} cannot be read ({(what.Length == 0 ? "the folder" : what)}): {fault.Message.TrimEnd('.')}",
            "See that the folder of PIPELINE__SOURCE is there (mounted) and that the worker may read it."),
        fault);

    private static ObjectGoneException Gone(Exception? cause) => new(
        new Fault(FaultKind.Permanent, "the file was deleted or overwritten", "Drop the file again."), cause);

    /// <summary>A file as it was seen.</summary>
    private sealed class Sighting(long size, DateTimeOffset writtenAt, DateTimeOffset eventTime, DateTimeOffset sameSince, long look)
    {
        public DateTimeOffset EventTime => eventTime;

        /// <summary>Since when it is known to be as it is.</summary>
        public DateTimeOffset SameSince => sameSince;

        /// <summary>Whether it may still be growing.</summary>
        public bool IsUnsettled { get; set; }

        /// <summary>The last look that saw it.</summary>
        public long Look { get; set; } = look;

        public string? Sha256 { get; set; }

        public bool Is(long otherSize, DateTimeOffset otherTime) => size == otherSize && writtenAt == otherTime;
    }
}
