using System.Buffers.Binary;
using System.Globalization;
using System.IO.Hashing;
using EtlWorker.StandIns.Http;

namespace EtlWorker.StandIns.S3;

/// <summary>Reads the body and the headers worth keeping from a PUT.</summary>
internal static class ObjectUpload
{
    private const string Checksum = "x-amz-checksum-";
    private const string Crc32Name = $"{Checksum}crc32";

    private static readonly HashSet<string> Kept = new(StringComparer.OrdinalIgnoreCase)
    {
        "Content-Type", "Content-Disposition", "Content-Language", "Cache-Control", "Expires",
    };

    public static async Task<ObjectContent> ReadAsync(HttpRequest request, CancellationToken cancellationToken)
    {
        var checksums = new Dictionary<string, string>(StringComparer.OrdinalIgnoreCase);
        var bytes = IsAwsChunked(request)
            ? await ReadChunkedAsync(request, checksums, cancellationToken)
            : await ReadPlainAsync(request, cancellationToken);
        foreach (var (name, value) in request.Headers.Where(header => IsChecksum(header.Key)))
            checksums[name] = value.ToString();

        var md5 = Md5.Hex(bytes);
        if (request.Headers.ContentMD5.ToString() is { Length: > 0 } sent && sent != Convert.ToBase64String(Convert.FromHexString(md5)))
            throw new AwsFailure(400, "BadDigest", "The Content-MD5 you specified did not match what we received.");
        if (checksums.TryGetValue(Crc32Name, out var told) && told != Crc32Of(bytes))
            throw new AwsFailure(400, "BadDigest", "The CRC32 you specified did not match the calculated checksum.");
        return new ObjectContent(bytes, md5, HeadersOf(request), checksums);
    }

    public static Dictionary<string, string> HeadersOf(HttpRequest request)
    {
        var headers = request.Headers
            .Where(header => Kept.Contains(header.Key) || header.Key.StartsWith("x-amz-meta-", StringComparison.OrdinalIgnoreCase))
            .ToDictionary(header => header.Key.ToLowerInvariant(), header => header.Value.ToString());
        headers.TryAdd("content-type", "binary/octet-stream");
        var encodings = request.Headers.ContentEncoding.ToString()
            .Split(',', StringSplitOptions.TrimEntries | StringSplitOptions.RemoveEmptyEntries);
        if (string.Join(',', encodings.Where(one => one != "aws-chunked")) is { Length: > 0 } encoding)
            headers["content-encoding"] = encoding;
        return headers;
    }

    /// <summary>Base64 of the four bytes, big-endian.</summary>
    public static string Crc32Of(ReadOnlySpan<byte> bytes)
    {
        Span<byte> sum = stackalloc byte[sizeof(uint)];
        BinaryPrimitives.WriteUInt32BigEndian(sum, Crc32.HashToUInt32(bytes));
        return Convert.ToBase64String(sum);
    }

    private static bool IsAwsChunked(HttpRequest request) =>
        request.Headers["x-amz-content-sha256"].ToString().StartsWith("STREAMING-", StringComparison.Ordinal)
        || request.Headers.ContentEncoding.ToString().Contains("aws-chunked", StringComparison.Ordinal);

    private static async Task<byte[]> ReadChunkedAsync(
        HttpRequest request, Dictionary<string, string> checksums, CancellationToken cancellationToken)
    {
        var reader = new AwsChunkedReader(request.Body);
        var sent = request.Headers["x-amz-decoded-content-length"].ToString();
        var length = int.TryParse(sent, NumberStyles.None, CultureInfo.InvariantCulture, out var parsed) ? parsed : 0;
        using var decoded = new MemoryStream(length);
        await reader.CopyToAsync(decoded, cancellationToken);
        if (sent.Length > 0 && decoded.Length != length)
            throw AwsChunkedReader.Incomplete();
        foreach (var (name, value) in reader.Trailers.Where(trailer => IsChecksum(trailer.Key)))
            checksums[name] = value;
        return Bytes(decoded);
    }

    private static async Task<byte[]> ReadPlainAsync(HttpRequest request, CancellationToken cancellationToken)
    {
        using var body = new MemoryStream((int)(request.ContentLength ?? 0));
        await request.Body.CopyToAsync(body, cancellationToken);
        return Bytes(body);
    }

    // A stream of the announced size is filled exactly, so the array need not be copied.
    private static byte[] Bytes(MemoryStream stream) => stream.Length == stream.Capacity ? stream.GetBuffer() : stream.ToArray();

    private static bool IsChecksum(string name) => name.StartsWith(Checksum, StringComparison.OrdinalIgnoreCase)
        && !name.EndsWith("-type", StringComparison.OrdinalIgnoreCase) && !name.EndsWith("-algorithm", StringComparison.OrdinalIgnoreCase);
}
