using System.Security.Cryptography;
using System.Text;
using EtlWorker.Definitions;
using EtlWorker.Domain.Runs;
using EtlWorker.Objects;

namespace EtlWorker.Serving;

/// <summary>
/// A folder of pipelines, each in a folder of its own with its <c>pipeline.json</c>; or the folder of one. A version is used only as its
/// <c>pipeline.lock</c> says that it is whole.
/// </summary>
internal sealed class FolderStore(IFileTree tree) : IDefinitionStore
{
    private readonly Dictionary<string, FoundVersion> _known = [];

    public string Location => tree.Location;

    public bool Has(string source) => source.StartsWith(tree.Address, StringComparison.Ordinal);

    public async Task<IReadOnlyList<FoundVersion>> LookAsync(CancellationToken cancellationToken)
    {
        var files = await tree.ListAsync(cancellationToken);
        var folders = files.GroupBy(file => FolderOf(file.Path), StringComparer.Ordinal)
            .Where(folder => folder.Key.Length > 0 && IsOfPipeline(folder, folder.Key))
            .OrderBy(folder => folder.Key, StringComparer.Ordinal).ToList();
        if (folders.Count == 0 && IsOfPipeline(files, ""))
        {
            return [await FindAsync("", IdOf(files), cancellationToken)];
        }

        var found = new List<FoundVersion>();
        foreach (var folder in folders)
        {
            found.Add(await FindAsync(folder.Key, IdOf(folder), cancellationToken));
        }

        return found;
    }

    /// <summary>The first folder of a path, with its slash; empty where there is none.</summary>
    private static string FolderOf(string path) => path[..(path.IndexOf('/') + 1)];

    private static bool IsOfPipeline(IEnumerable<(string Path, string Tag)> files, string folder) => files.Any(file =>
        file.Path == folder + DefinitionFile.DefaultName || file.Path == folder + DeploymentLock.FileName);

    private async Task<FoundVersion> FindAsync(string folder, string id, CancellationToken cancellationToken)
    {
        var source = $"{tree.Address}{folder}{DefinitionFile.DefaultName}";
        if (_known.TryGetValue(source, out var version) && version.Id == id)
        {
            return version;
        }

        try
        {
            return _known[source] = await ReadAsync(folder, source, id, cancellationToken);
        }
        catch (FaultException unread)
        {
            // One folder that cannot be read is no fault of the others'.
            return unread.Fault.IsTransient
                ? FoundVersion.Unfinished(source, id, unread.Fault.Advice)
                : FoundVersion.Invalid(source, id, [unread.Fault.Advice]);
        }
    }

    private async Task<FoundVersion> ReadAsync(string folder, string source, string id, CancellationToken cancellationToken)
    {
        var lockPath = folder + DeploymentLock.FileName;
        if (await tree.ReadAsync(lockPath, DefinitionFile.MostBytes, cancellationToken) is not { } text)
        {
            return FoundVersion.Unfinished(
                source, id, $"{tree.Location}{lockPath} is missing, by which a version is known to be whole: {Deploy(folder)}");
        }

        DeploymentLock deployed;
        try
        {
            deployed = DeploymentLock.Parse(text);
        }
        catch (FormatException damaged)
        {
            return FoundVersion.Unfinished(source, id, $"{tree.Location}{lockPath} {damaged.Message}: {Deploy(folder)}");
        }

        var files = new Dictionary<string, byte[]>(StringComparer.Ordinal);
        foreach (var name in deployed.Files.Keys)
        {
            var content = await tree.ReadAsync(folder + name, DefinitionFile.MostBytes, cancellationToken);
            if (deployed.Difference(name, content) is { } difference)
            {
                return FoundVersion.Unfinished(
                    source, id, $"{tree.Location}{folder}: {difference} than {DeploymentLock.FileName} says, "
                        + $"as while it is being deployed. If nobody deploys it now: {Deploy(folder)}");
            }

            files[name] = content!;
        }

        try
        {
            return FoundVersion.Valid(source, id, DefinitionFile.Read(
                $"{tree.Location}{folder}{DefinitionFile.DefaultName}", files.GetValueOrDefault));
        }
        catch (InvalidDefinitionException invalid)
        {
            return FoundVersion.Invalid(source, id, invalid.Faults);
        }
    }

    private string Deploy(string folder) =>
        $"etlworker deploy DIR {tree.Location}{(folder.Length == 0 ? "" : $" (its folder: {folder.TrimEnd('/')})")}";

    private static string IdOf(IEnumerable<(string Path, string Tag)> files) => Convert.ToHexStringLower(SHA256.HashData(
        Encoding.UTF8.GetBytes(string.Join('\n', files.Order().Select(file => $"{file.Path}\t{file.Tag}")))));
}
