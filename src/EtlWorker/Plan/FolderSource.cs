using System.Runtime.CompilerServices;
using EtlWorker.Domain.Drops;
using EtlWorker.Domain.Runs;
using EtlWorker.Objects;

namespace EtlWorker.Plan;

/// <summary>Files below a folder as a source: a key is a path below it, with slashes. A file is what is there when it is opened.</summary>
/// <param name="folder">The folder's full path.</param>
internal sealed class FolderSource(string folder) : IObjectSource
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
            return Task.FromResult(new ObjectBody { Stream = stream, From = from, Total = stream.Length, ETag = null });
        }
        catch (Exception refused) when (refused is IOException or UnauthorizedAccessException)
        {
            throw new FaultException(
                new Fault(
                    FaultKind.Permanent, $"{version.Key} cannot be read: {refused.Message}", "See that the file is there and readable."),
                refused);
        }
    }

    public Task<ObjectHead?> HeadAsync(string bucket, string key, CancellationToken cancellationToken) =>
        Task.FromResult(new FileInfo(PathOf(key)) is { Exists: true } file
            ? new ObjectHead { Key = key, VersionId = null, ETag = null, Size = file.Length, LastModified = file.LastWriteTimeUtc }
            : null);

    public Task<Presence> FindAsync(string bucket, string key, CancellationToken cancellationToken) =>
        Task.FromResult(File.Exists(PathOf(key)) ? Presence.Present : Presence.Missing);

    public async IAsyncEnumerable<ListedObject> ListAsync(string prefix, [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        await Task.CompletedTask;
        var files = new DirectoryInfo(folder).EnumerateFiles("*", Everything)
            .Select(file => (Key: Path.GetRelativePath(folder, file.FullName).Replace(Path.DirectorySeparatorChar, '/'), File: file))
            .Where(found => found.Key.StartsWith(prefix, StringComparison.Ordinal))
            .OrderBy(found => found.Key, StringComparer.Ordinal);
        foreach (var (key, file) in files)
        {
            cancellationToken.ThrowIfCancellationRequested();
            yield return new ListedObject { Key = key, ETag = null, Size = file.Length, LastModified = file.LastWriteTimeUtc };
        }
    }

    private string PathOf(string key) => Path.Combine(folder, key);
}
