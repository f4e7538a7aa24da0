using System.Globalization;
using EtlWorker.Domain.Runs;
using EtlWorker.Objects;

namespace EtlWorker.Tests.Serving;

/// <summary>A folder in memory.</summary>
internal sealed class MemoryTree : IFileTree
{
    private int _writes;

    public Dictionary<string, byte[]> Files { get; } = [];

    /// <summary>How often a file was read.</summary>
    public int Reads { get; private set; }

    /// <summary>How many files can be written before the writer is cut off.</summary>
    public int MostWrites { get; set; } = int.MaxValue;

    public string Location => "s3://etl/pipelines/";

    public string Address => Location;

    public Task<IReadOnlyList<(string Path, string Tag)>> ListAsync(CancellationToken cancellationToken) =>
        Task.FromResult<IReadOnlyList<(string, string)>>([.. Files.Select(file =>
            (file.Key, string.Join(',', file.Value.Select(value => value.ToString(CultureInfo.InvariantCulture)))))]);

    public Task<byte[]?> ReadAsync(string path, int mostBytes, CancellationToken cancellationToken)
    {
        Reads++;
        return Task.FromResult(Files.GetValueOrDefault(path));
    }

    public Task WriteAsync(string path, byte[] content, CancellationToken cancellationToken)
    {
        if (_writes++ >= MostWrites)
        {
            throw new FaultException(new Fault(FaultKind.Passing, "cut off", ""));
        }

        Files[path] = content;
        return Task.CompletedTask;
    }
}
