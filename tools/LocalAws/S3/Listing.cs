using System.Globalization;
using System.Text;
using System.Xml.Linq;
using EtlWorker.StandIns.Http;

namespace EtlWorker.StandIns.S3;

/// <summary>The answers to ListObjects, ListObjectsV2 and ListObjectVersions.</summary>
internal sealed class Listing(S3Request request, Bucket bucket)
{
    private readonly string _prefix = request.Query("prefix") ?? "";
    private readonly string _delimiter = request.Query("delimiter") ?? "";
    private readonly int _max = MaxKeys(request.Query("max-keys"));
    private readonly bool _isUrlEncoded = request.Query("encoding-type") == "url";

    public XElement Objects()
    {
        var isV2 = request.Query("list-type") == "2";
        var startAfter = request.Query(isV2 ? "start-after" : "marker");
        var token = request.Query("continuation-token");
        var resumeAfter = token is null ? null : Encoding.UTF8.GetString(Convert.FromBase64String(token));

        var items = new List<(string Name, StoredObject? Stored)>();
        var isTruncated = false;
        foreach (var stored in bucket.Objects().Where(stored => stored.Key.StartsWith(_prefix, StringComparison.Ordinal)))
        {
            var (name, isCommon) = RollUp(stored.Key);
            if (IsPast(stored.Key, startAfter) || IsPast(name, resumeAfter) || (isCommon && items.Count > 0 && items[^1].Name == name))
                continue;
            if (isTruncated = items.Count == _max)
                break;
            items.Add((name, isCommon ? null : stored));
        }

        return S3Xml.Element(
            "ListBucketResult",
            Common(isTruncated),
            S3Xml.Element("KeyCount", items.Count),
            token is null ? null : S3Xml.Element("ContinuationToken", token),
            startAfter is null ? null : S3Xml.Element(isV2 ? "StartAfter" : "Marker", Encoded(startAfter)),
            Next(isV2, isTruncated && items.Count > 0 ? items[^1].Name : null),
            items.Where(item => item.Stored is not null).Select(item => S3Xml.Element("Contents", Describe(item.Stored!))),
            items.Where(item => item.Stored is null)
                .Select(item => S3Xml.Element("CommonPrefixes", S3Xml.Element("Prefix", Encoded(item.Name)))));
    }

    public XElement Versions()
    {
        var keyMarker = request.Query("key-marker");
        var versionMarker = request.Query("version-id-marker");
        var all = bucket.Versions().Where(version => version.Stored.Key.StartsWith(_prefix, StringComparison.Ordinal)).ToList();
        var afterMarker = all.FindIndex(version => version.Stored.Key == keyMarker && version.Stored.VersionId == versionMarker) + 1;
        var left = afterMarker > 0 ? all[afterMarker..] : [.. all.Where(version => !IsPast(version.Stored.Key, keyMarker))];
        var page = left.Take(_max).ToList();
        return S3Xml.Element(
            "ListVersionsResult",
            Common(page.Count < left.Count),
            page.Count == left.Count || page.Count == 0 ? null : new[]
            {
                S3Xml.Element("NextKeyMarker", Encoded(page[^1].Stored.Key)),
                S3Xml.Element("NextVersionIdMarker", page[^1].Stored.VersionId),
            },
            page.Select(version => S3Xml.Element(
                version.Stored.IsDeleteMarker ? "DeleteMarker" : "Version",
                S3Xml.Element("VersionId", version.Stored.VersionId),
                S3Xml.Element("IsLatest", version.IsLatest),
                Describe(version.Stored))));
    }

    private static int MaxKeys(string? sent) => sent is null ? 1000
        : int.TryParse(sent, NumberStyles.None, CultureInfo.InvariantCulture, out var max) ? Math.Min(max, 1000)
        : throw new AwsFailure(400, "InvalidArgument", "Provided max-keys not an integer or within integer range");

    private static bool IsPast(string name, string? marker) => marker is not null && string.CompareOrdinal(name, marker) <= 0;

    private (string Name, bool IsCommon) RollUp(string key)
    {
        var end = _delimiter.Length == 0 ? -1 : key.IndexOf(_delimiter, _prefix.Length, StringComparison.Ordinal);
        return end < 0 ? (key, false) : (key[..(end + _delimiter.Length)], true);
    }

    private XElement?[] Common(bool isTruncated) =>
    [
        S3Xml.Element("Name", bucket.Name),
        S3Xml.Element("Prefix", Encoded(_prefix)),
        _delimiter.Length == 0 ? null : S3Xml.Element("Delimiter", Encoded(_delimiter)),
        S3Xml.Element("MaxKeys", _max),
        _isUrlEncoded ? S3Xml.Element("EncodingType", "url") : null,
        S3Xml.Element("IsTruncated", isTruncated),
    ];

    private XElement? Next(bool isV2, string? last) => last is null ? null
        : isV2 ? S3Xml.Element("NextContinuationToken", Convert.ToBase64String(Encoding.UTF8.GetBytes(last)))
        : S3Xml.Element("NextMarker", Encoded(last));

    private XElement?[] Describe(StoredObject stored) =>
    [
        S3Xml.Element("Key", Encoded(stored.Key)),
        S3Xml.Element("LastModified", S3Xml.Time(DateTimeOffset.FromUnixTimeSeconds(stored.LastModified.ToUnixTimeSeconds()))),
        stored.IsDeleteMarker ? null : S3Xml.Element("ETag", stored.Content.QuotedETag),
        stored.IsDeleteMarker ? null : S3Xml.Element("Size", stored.Content.Bytes.Length),
        stored.IsDeleteMarker ? null : S3Xml.Element("StorageClass", "STANDARD"),
    ];

    private string Encoded(string text) => _isUrlEncoded ? Uri.EscapeDataString(text).Replace("%2F", "/", StringComparison.Ordinal) : text;
}
