using Amazon.S3;
using EtlWorker.Domain.Drops;
using EtlWorker.Domain.Runs;
using EtlWorker.Faults;

namespace EtlWorker.Objects;

/// <summary>A prefix of a bucket.</summary>
/// <param name="s3">The client.</param>
/// <param name="bucket">The bucket.</param>
/// <param name="prefix">Empty, or with a slash at its end.</param>
internal sealed class S3Tree(IAmazonS3 s3, string bucket, string prefix) : IFileTree
{
    public const string Scheme = "s3://";
    private readonly S3Source _source = new(s3, bucket);
    private readonly S3Destination _destination = new(s3, bucket);

    public string Location => $"{Scheme}{bucket}/{prefix}";

    public string Address => Location;

    /// <summary><c>s3://bucket/prefix/</c>; the slash at the end may be left out.</summary>
    /// <exception cref="FormatException">It is none.</exception>
    public static (string Bucket, string Prefix) Parse(string location)
    {
        var parts = location[Scheme.Length..].Split('/', 2);
        var prefix = parts is [_, { Length: > 0 } rest] ? rest.TrimEnd('/') + "/" : "";
        return parts[0].Length > 0 && !prefix.StartsWith('/') && !prefix.Contains("//", StringComparison.Ordinal)
            ? (parts[0], prefix)
            : throw new FormatException($"is not {Scheme}bucket/prefix/");
    }

    public async Task<IReadOnlyList<(string Path, string Tag)>> ListAsync(CancellationToken cancellationToken)
    {
        var files = new List<(string, string)>();
        await foreach (var listed in _source.ListAsync(prefix, cancellationToken))
        {
            if (!listed.Key.EndsWith('/'))
            {
                files.Add((listed.Key[prefix.Length..], listed.ETag ?? ""));
                if (files.Count > IFileTree.MostFiles)
                {
                    throw IFileTree.TooMany(Location);
                }
            }
        }

        return files;
    }

    public Task<byte[]?> ReadAsync(string path, int mostBytes, CancellationToken cancellationToken) => AskAsync(async () =>
    {
        try
        {
            using var body = await _source.OpenAsync(new ObjectVersion(bucket, prefix + path, null, null), 0, cancellationToken);
            return body.Total <= mostBytes ? await body.ReadAllAsync(cancellationToken) : throw new FaultException(new Fault(
                FaultKind.Permanent, $"{Location}{path} has more than {mostBytes >> 20} MiB", "Take it out of the folder."));
        }
        catch (ObjectGoneException)
        {
            return null;
        }
    });

    public async Task WriteAsync(string path, byte[] content, CancellationToken cancellationToken)
    {
        using var body = new MemoryStream(content, writable: false);
        await _destination.PutAsync(
            prefix + path, path.EndsWith(".sql", StringComparison.Ordinal) ? "text/plain; charset=utf-8" : "application/json", body,
            cancellationToken);
    }

    private async Task<T> AskAsync<T>(Func<Task<T>> ask)
    {
        try
        {
            return await S3Calls.AskAsync(bucket, ask);
        }
        catch (Exception cut) when (cut is EndOfStreamException || (cut is IOException && FaultClassifier.IsPassing(cut)))
        {
            throw new FaultException(new Fault(FaultKind.Passing, cut.Message, ""), cut);
        }
    }
}
