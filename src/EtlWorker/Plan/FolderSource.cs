using System.Runtime.CompilerServices;
using EtlWorker.Domain.Drops;
using EtlWorker.Domain.Runs;
using EtlWorker.Objects;

namespace EtlWorker.Plan;

/// <summary>
/// Files below a folder that a command names, as a source: a key is a path below it, with slashes. A file is what is there when it is
/// opened; its version is the SHA-256 of its bytes.
/// </summary>
/// <param name="folder">The folder's full path.</param>
/// <param name="without">The full path of a folder below it, of which nothing is listed; null for none.</param>
internal sealed class FolderSource(string folder, string? without = null) : IObjectSource
{
    private static readonly EnumerationOptions Everything = new()
    {
        RecurseSubdirectories = true,
        IgnoreInaccessible = false,
        AttributesToSkip = FileAttributes.None,
    };

    public string Location => new Uri(folder).AbsoluteUri;

    public bool NotifiesOfEvents => false;

    public Task<ObjectBody> OpenAsync(ObjectVersion version, long from, CancellationToken cancellationToken)
    {
        try
        {
            var stream = new FileStream(PathOf(version.Key), FileMode.Open, FileAccess.Read, FileShare.ReadWrite, 1, useAsync: true);
            stream.Seek(from, SeekOrigin.Begin);
            return Task.FromResult(
                new ObjectBody { Stream = stream, From = from, Total = stream.Length, ETag = null, Sha256 = version.VersionId });
        }
        catch (Exception refused) when (refused is IOException or UnauthorizedAccessException)
        {
            throw Unreadable(version.Key, refused);
        }
    }

    public async Task<ObjectHead?> HeadAsync(string bucket, string key, CancellationToken cancellationToken)
    {
        var file = new FileInfo(PathOf(key));
        if (!file.Exists)
        {
            return null;
        }

        try
        {
            await using var stream = file.Open(FileMode.Open, FileAccess.Read, FileShare.ReadWrite);
            return new ObjectHead
            {
                Key = key,
                VersionId = await FileHash.OfAsync(stream, () => { }, cancellationToken),
                ETag = null,
                Size = file.Length,
                LastModified = file.LastWriteTimeUtc,
            };
        }
        catch (Exception refused) when (refused is IOException or UnauthorizedAccessException)
        {
            throw Unreadable(key, refused);
        }
    }

    public Task<Presence> FindAsync(string bucket, string key, CancellationToken cancellationToken) =>
        Task.FromResult(File.Exists(PathOf(key)) ? Presence.Present : Presence.Missing);

    public async IAsyncEnumerable<ListedObject> ListAsync(string prefix, [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        await Task.CompletedTask;
        var left = without is null ? null : without + Path.DirectorySeparatorChar;
        var files = new DirectoryInfo(folder).EnumerateFiles("*", Everything)
            .Select(file => (Key: Path.GetRelativePath(folder, file.FullName).Replace(Path.DirectorySeparatorChar, '/'), File: file))
            .Where(found => found.Key.StartsWith(prefix, StringComparison.Ordinal))
            .Where(found => left is null || !found.File.FullName.StartsWith(left, StringComparison.Ordinal))
            .OrderBy(found => found.Key, StringComparer.Ordinal);
        foreach (var (key, file) in files)
        {
            cancellationToken.ThrowIfCancellationRequested();
            yield return new ListedObject { Key = key, ETag = null, Size = file.Length, LastModified = file.LastWriteTimeUtc };
        }
    }

    private string PathOf(string key) => Path.Combine(folder, key);

    private static FaultException Unreadable(string key, Exception refused) => new(
        new Fault(FaultKind.Permanent, $"{key} cannot be read: {refused.Message}", "See that the file is there and readable."), refused);
}
