using System.Collections.Concurrent;
using System.Globalization;
using EtlWorker.StandIns.Http;

namespace EtlWorker.StandIns.S3;

/// <summary>An upload in parts that has not been completed.</summary>
/// <param name="key">The object's.</param>
/// <param name="headers">The headers to returns.</param>
/// <param name="algorithm">Of the parts' checksums, as <c>x-amz-checksum-algorithm</c> named it; null where none was.</param>
internal sealed class MultipartUpload(string key, IReadOnlyDictionary<string, string> headers, string? algorithm)
{
    private const string Checksum = "x-amz-checksum-";
    private const int MinimumPartBytes = 5 * 1024 * 1024;

    private readonly ConcurrentDictionary<int, ObjectContent> _parts = new();

    public string Key { get; } = key;

    /// <summary>What a part's checksum is called in the list of parts; null where the upload has none.</summary>
    public string? ChecksumElement => algorithm is null ? null : $"Checksum{algorithm.ToUpperInvariant()}";

    // https://docs.aws.amazon.com/AmazonS3/latest/API/API_UploadPart.html: "must match the checksum value supplied in the
    // CreateMultipartUpload request".
    public void Put(int number, ObjectContent part)
    {
        var sent = part.Checksums.Keys.FirstOrDefault()?[Checksum.Length..];
        if (sent is not null && !sent.Equals(algorithm, StringComparison.OrdinalIgnoreCase))
            throw new AwsFailure(
                400, "InvalidRequest",
                $"Checksum Type mismatch occurred, expected checksum Type: {algorithm ?? "null"}, actual checksum Type: {sent}");
        _parts[number] = part;
    }

    /// <summary>The parts named, joined; throws what AWS throws for a wrong list.</summary>
    public ObjectContent Join(IReadOnlyList<(int Number, string ETag, string? Checksum)> named)
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

    private ObjectContent Find((int Number, string ETag, string? Checksum) named)
    {
        if (!_parts.TryGetValue(named.Number, out var part) || part.ETag != named.ETag.Trim('"'))
            throw new AwsFailure(400, "InvalidPart", "One or more of the specified parts could not be found.");
        if (algorithm is null)
            return part;
        if (named.Checksum is null)
            throw new AwsFailure(400, "InvalidRequest", string.Create(
                CultureInfo.InvariantCulture,
                $"The upload was created using a {algorithm.ToLowerInvariant()} checksum. The complete request must include the checksum "
                    + $"for each part. It was missing for part {named.Number} in the request."));
        return part.Checksums.Values.Contains(named.Checksum)
            ? part
            : throw new AwsFailure(400, "InvalidPart", "One or more of the specified parts did not match their checksums.");
    }
}
