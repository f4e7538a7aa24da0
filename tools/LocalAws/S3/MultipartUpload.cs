using System.Collections.Concurrent;
using System.Globalization;
using EtlWorker.StandIns.Http;

namespace EtlWorker.StandIns.S3;

/// <summary>An upload in parts that has not been completed.</summary>
internal sealed class MultipartUpload(string key, IReadOnlyDictionary<string, string> headers)
{
    private const int MinimumPartBytes = 5 * 1024 * 1024;

    private readonly ConcurrentDictionary<int, ObjectContent> _parts = new();

    public string Key { get; } = key;

    public void Put(int number, ObjectContent part) => _parts[number] = part;

    /// <summary>The parts named, joined; throws what AWS throws for a wrong list.</summary>
    public ObjectContent Join(IReadOnlyList<(int Number, string ETag)> named)
    {
        if (named.Count == 0 || !named.Select(part => part.Number).SequenceEqual(named.Select(part => part.Number).Distinct().Order()))
            throw new AwsFailure(400, "InvalidPartOrder", "The list of parts was not in ascending order.");
        var parts = named.Select(Find).ToList();
        if (parts.SkipLast(1).Any(part => part.Bytes.Length < MinimumPartBytes))
            throw new AwsFailure(400, "EntityTooSmall", "Your proposed upload is smaller than the minimum allowed size");

        var bytes = GC.AllocateUninitializedArray<byte>(parts.Sum(part => part.Bytes.Length));
        var offset = 0;
        foreach (var part in parts)
        {
            part.Bytes.CopyTo(bytes, offset);
            offset += part.Bytes.Length;
        }

        var digests = parts.SelectMany(part => Convert.FromHexString(part.ETag)).ToArray();
        var etag = string.Create(CultureInfo.InvariantCulture, $"{Md5.Hex(digests)}-{parts.Count}");
        return new ObjectContent(bytes, etag, headers, new Dictionary<string, string>());
    }

    private ObjectContent Find((int Number, string ETag) named) =>
        _parts.TryGetValue(named.Number, out var part) && part.ETag == named.ETag.Trim('"')
            ? part
            : throw new AwsFailure(400, "InvalidPart", "One or more of the specified parts could not be found.");
}
