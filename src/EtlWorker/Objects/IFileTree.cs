using System.Globalization;
using EtlWorker.Domain.Runs;

namespace EtlWorker.Objects;

/// <summary>A folder of small files, on disk or in a bucket.</summary>
internal interface IFileTree
{
    /// <summary>A folder with more is none of pipelines.</summary>
    const int MostFiles = 10_000;

    /// <summary>The folder as a person writes it, with a slash at its end.</summary>
    string Location { get; }

    /// <summary>The same, and on which machine where it is on one: what no other folder has.</summary>
    string Address { get; }

    /// <summary>All files below it: their paths from it, and what changes whenever a file does.</summary>
    /// <exception cref="FaultException">It could not be asked, or is not there.</exception>
    Task<IReadOnlyList<(string Path, string Tag)>> ListAsync(CancellationToken cancellationToken);

    /// <returns>Null when there is no such file.</returns>
    /// <exception cref="FaultException">It could not be asked, or the file is larger than <paramref name="mostBytes"/>.</exception>
    Task<byte[]?> ReadAsync(string path, int mostBytes, CancellationToken cancellationToken);

    /// <summary>Writes a file whole: readers see the former one or this one.</summary>
    /// <exception cref="FaultException">It could not be written.</exception>
    Task WriteAsync(string path, byte[] content, CancellationToken cancellationToken);

    static FaultException TooMany(string location) => new(new Fault(
        FaultKind.Permanent, string.Create(CultureInfo.InvariantCulture, $"{location} has more than {MostFiles:N0} files"),
        "Name a folder that has pipelines alone."));
}
