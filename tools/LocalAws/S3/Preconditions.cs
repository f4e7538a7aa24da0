using System.Globalization;
using EtlWorker.StandIns.Http;

namespace EtlWorker.StandIns.S3;

/// <summary>The If-* headers, judged against the current version.</summary>
internal sealed record Preconditions(
    string? IfMatch, string? IfNoneMatch, DateTimeOffset? IfModifiedSince, DateTimeOffset? IfUnmodifiedSince)
{
    public static Preconditions None { get; } = new(null, null, null, null);

    public static Preconditions Of(S3Request request) => new(
        request.Header("If-Match"),
        request.Header("If-None-Match"),
        Date(request.Header("If-Modified-Since")),
        Date(request.Header("If-Unmodified-Since")));

    /// <summary>Throws 412 or 304.</summary>
    public void CheckRead(StoredObject stored)
    {
        var lastModified = DateTimeOffset.FromUnixTimeSeconds(stored.LastModified.ToUnixTimeSeconds());
        // RFC 9110, 13.2.2: a tag outranks a date.
        if (IfMatch is not null ? !Names(IfMatch, stored) : lastModified > IfUnmodifiedSince)
            throw Failed(IfMatch is not null ? "If-Match" : "If-Unmodified-Since");
        if (IfNoneMatch is not null ? Names(IfNoneMatch, stored) : lastModified <= IfModifiedSince)
        {
            throw new AwsFailure(304, "NotModified", "Not Modified")
            {
                Headers = new Dictionary<string, string> { ["ETag"] = stored.Content.QuotedETag },
            };
        }
    }

    /// <summary>Throws 412, or 404 when If-Match names an object that is not there.</summary>
    public void CheckWrite(StoredObject? current)
    {
        if (IfMatch is not null && current is null)
            throw new AwsFailure(404, "NoSuchKey", "The specified key does not exist.");
        if (IfMatch is not null && !Names(IfMatch, current!))
            throw Failed("If-Match");
        if (IfNoneMatch is not null && current is not null && Names(IfNoneMatch, current))
            throw Failed("If-None-Match");
    }

    private static bool Names(string tags, StoredObject stored) =>
        tags.Split(',', StringSplitOptions.TrimEntries).Any(tag => tag == "*" || tag.Trim('"') == stored.Content.ETag);

    private static AwsFailure Failed(string header) =>
        new(412, "PreconditionFailed", $"At least one of the pre-conditions you specified did not hold: {header}");

    private static DateTimeOffset? Date(string? header) =>
        DateTimeOffset.TryParse(header, CultureInfo.InvariantCulture, DateTimeStyles.AssumeUniversal, out var date) ? date : null;
}
