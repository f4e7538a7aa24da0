namespace EtlWorker.StandIns.S3;

/// <summary>Bytes and headers as uploaded.</summary>
/// <param name="Bytes">The body.</param>
/// <param name="ETag">In hex, without quotes.</param>
/// <param name="Headers">The headers to returns: content type, x-amz-meta-* and the like.</param>
/// <param name="Checksums">The x-amz-checksum-* values the client sent for the whole body.</param>
internal sealed record ObjectContent(
    byte[] Bytes,
    string ETag,
    IReadOnlyDictionary<string, string> Headers,
    IReadOnlyDictionary<string, string> Checksums)
{
    public static ObjectContent Empty { get; } = new([], Md5.Hex([]), new Dictionary<string, string>(), new Dictionary<string, string>());

    public string QuotedETag => $"\"{ETag}\"";
}
