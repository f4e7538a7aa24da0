using System.Globalization;
using EtlWorker.Domain.Runs;

namespace EtlWorker.Objects;

/// <summary>A folder on disk.</summary>
internal sealed class LocalTree(string folder) : IFileTree
{
    public string Location { get; } = folder.TrimEnd('/') + "/";

    public string Address => AddressOf(Location);

    /// <summary>A path on this machine, as no other machine has it.</summary>
    public static string AddressOf(string path) => $"{Environment.MachineName}:{path}";

    public Task<IReadOnlyList<(string Path, string Tag)>> ListAsync(CancellationToken cancellationToken) => Task.FromResult(Ask(() =>
    {
        var files = new List<(string, string)>();
        foreach (var file in new DirectoryInfo(Location).EnumerateFiles("*", Options))
        {
            files.Add((
                Path.GetRelativePath(Location, file.FullName),
                string.Create(CultureInfo.InvariantCulture, $"{file.Length}:{file.LastWriteTimeUtc.Ticks}:{file.CreationTimeUtc.Ticks}")));
            if (files.Count > IFileTree.MostFiles)
            {
                throw IFileTree.TooMany(Location);
            }
        }

        return (IReadOnlyList<(string, string)>)files;
    }));

    public Task<byte[]?> ReadAsync(string path, int mostBytes, CancellationToken cancellationToken) => Task.FromResult(Ask(() =>
    {
        var file = new FileInfo(Location + path);
        return !file.Exists ? null
            : file.Length <= mostBytes ? File.ReadAllBytes(file.FullName)
            : throw Refused($"{file.FullName} has more than {mostBytes >> 20} MiB", "Take it out of the folder.");
    }));

    public Task WriteAsync(string path, byte[] content, CancellationToken cancellationToken) => Task.FromResult(Ask(() =>
    {
        var target = Location + path;
        Directory.CreateDirectory(Path.GetDirectoryName(target)!);
        // Hidden, so that no listing shows it; renamed, so that nobody reads a part.
        var written = Path.Combine(Path.GetDirectoryName(target)!, $".{Path.GetFileName(target)}.{Environment.ProcessId}");
        File.WriteAllBytes(written, content);
        File.Move(written, target, overwrite: true);
        return true;
    }));

    private static readonly EnumerationOptions Options = new()
    {
        RecurseSubdirectories = true,
        MaxRecursionDepth = 8,
        AttributesToSkip = FileAttributes.Hidden | FileAttributes.System,
        IgnoreInaccessible = false,
    };

    private static T Ask<T>(Func<T> ask)
    {
        try
        {
            return ask();
        }
        catch (Exception refused) when (refused is IOException or UnauthorizedAccessException)
        {
            throw new FaultException(new Fault(FaultKind.Passing, refused.Message, ""), refused);
        }
    }

    private static FaultException Refused(string cause, string remedy) => new(new Fault(FaultKind.Permanent, cause, remedy));
}
