using EtlWorker.StandIns.Http;

namespace EtlWorker.StandIns.S3;

/// <summary>PUT, copy and DELETE of objects, and the events that follow.</summary>
internal sealed class ObjectWrites(BucketDirectory buckets, EventDelivery events)
{
    public async Task PutAsync(S3Request request)
    {
        var bucket = buckets.Get(request.Bucket);
        var content = await ObjectUpload.ReadAsync(request.Context.Request, request.Aborted);
        var stored = bucket.Put(request.Key, content, Preconditions.Of(request));
        TellStored(request, bucket, stored);
        foreach (var (name, value) in content.Checksums)
            request.Context.Response.Headers[name] = value;
        await events.TellAsync(bucket, stored, "ObjectCreated:Put", "PutObject", request.Context.TraceIdentifier);
    }

    public async Task CopyAsync(S3Request request, string source)
    {
        var bucket = buckets.Get(request.Bucket);
        var parts = source.Split("?versionId=");
        var path = Uri.UnescapeDataString(parts[0]).TrimStart('/').Split('/', 2);
        if (path.Length < 2)
            throw new AwsFailure(400, "InvalidArgument", "Copy Source must mention the source bucket and key: sourcebucket/sourcekey");
        var content = buckets.Get(path[0]).Get(path[1], parts.ElementAtOrDefault(1)).Content;
        if (request.Header("x-amz-metadata-directive") == "REPLACE")
            content = content with { Headers = ObjectUpload.HeadersOf(request.Context.Request) };

        var stored = bucket.Put(request.Key, content with { ETag = Md5.Hex(content.Bytes) }, Preconditions.Of(request));
        TellStored(request, bucket, stored);
        await events.TellAsync(bucket, stored, "ObjectCreated:Copy", "CopyObject", request.Context.TraceIdentifier);
        await S3Xml.WriteAsync(request.Context, 200, S3Xml.Element(
            "CopyObjectResult",
            S3Xml.Element("ETag", stored.Content.QuotedETag),
            S3Xml.Element("LastModified", S3Xml.Time(stored.LastModified))));
    }

    public async Task DeleteAsync(S3Request request)
    {
        var bucket = buckets.Get(request.Bucket);
        var stored = await DeleteAsync(bucket, request.Key, request.VersionId, request.Context.TraceIdentifier);
        request.Context.Response.StatusCode = StatusCodes.Status204NoContent;
        if (stored is null || bucket.Versioning is null)
            return;
        request.Context.Response.Headers["x-amz-version-id"] = stored.VersionId;
        if (stored.IsDeleteMarker)
            request.Context.Response.Headers["x-amz-delete-marker"] = "true";
    }

    public async Task<StoredObject?> DeleteAsync(Bucket bucket, string key, string? versionId, string requestId)
    {
        var stored = bucket.Delete(key, versionId);
        var name = stored is { IsDeleteMarker: true } && versionId is null ? "ObjectRemoved:DeleteMarkerCreated" : "ObjectRemoved:Delete";
        if (stored is not null)
            await events.TellAsync(bucket, stored, name, "DeleteObject", requestId);
        return stored;
    }

    /// <summary>The answer's headers that name what was stored.</summary>
    public static void TellStored(S3Request request, Bucket bucket, StoredObject stored)
    {
        request.Context.Response.Headers.ETag = stored.Content.QuotedETag;
        if (bucket.Versioning is not null)
            request.Context.Response.Headers["x-amz-version-id"] = stored.VersionId;
    }
}
