using System.Globalization;
using EtlWorker.StandIns.Http;

namespace EtlWorker.StandIns.S3;

/// <summary>Uploads in parts: create, upload part, complete, abort.</summary>
internal sealed class MultipartRequests(BucketDirectory buckets, EventDelivery events)
{
    public Task CreateAsync(S3Request request)
    {
        var id = Guid.NewGuid().ToString("N");
        var algorithm = request.Header("x-amz-checksum-algorithm");
        buckets.Get(request.Bucket)
            .Uploads[id] = new MultipartUpload(request.Key, ObjectUpload.HeadersOf(request.Context.Request), algorithm);
        return S3Xml.WriteAsync(request.Context, 200, S3Xml.Element(
            "InitiateMultipartUploadResult",
            S3Xml.Element("Bucket", request.Bucket),
            S3Xml.Element("Key", request.Key),
            S3Xml.Element("UploadId", id)));
    }

    public async Task PutPartAsync(S3Request request)
    {
        var upload = Find(request);
        if (!int.TryParse(request.Query("partNumber"), NumberStyles.None, CultureInfo.InvariantCulture, out var number)
            || number is < 1 or > 10_000)
            throw new AwsFailure(400, "InvalidArgument", "Part number must be an integer between 1 and 10000, inclusive");
        var part = await ObjectUpload.ReadAsync(request.Context.Request, request.Aborted);
        upload.Put(number, part);
        request.Context.Response.Headers.ETag = part.QuotedETag;
        foreach (var (name, value) in part.Checksums)
            request.Context.Response.Headers[name] = value;
    }

    public async Task CompleteAsync(S3Request request)
    {
        var bucket = buckets.Get(request.Bucket);
        var upload = Find(request);
        var named = (await S3Xml.ReadAsync(request)).Named("Part")
            .Select(part => (
                int.Parse(part.Value("PartNumber") ?? "", CultureInfo.InvariantCulture), part.Value("ETag") ?? "",
                upload.ChecksumElement is { } element ? part.Value(element) : null)).ToList();
        var stored = bucket.Put(request.Key, upload.Join(named), Preconditions.Of(request));
        bucket.Uploads.TryRemove(request.Query("uploadId")!, out _);

        if (bucket.Versioning is not null)
            request.Context.Response.Headers["x-amz-version-id"] = stored.VersionId;
        await events.TellAsync(
            bucket, stored, "ObjectCreated:CompleteMultipartUpload", "CompleteMultipartUpload", request.Context.TraceIdentifier);
        await S3Xml.WriteAsync(request.Context, 200, S3Xml.Element(
            "CompleteMultipartUploadResult",
            S3Xml.Element("Bucket", request.Bucket),
            S3Xml.Element("Key", request.Key),
            S3Xml.Element("ETag", stored.Content.QuotedETag)));
    }

    public Task AbortAsync(S3Request request)
    {
        Find(request);
        buckets.Get(request.Bucket).Uploads.TryRemove(request.Query("uploadId")!, out _);
        request.Context.Response.StatusCode = StatusCodes.Status204NoContent;
        return Task.CompletedTask;
    }

    private MultipartUpload Find(S3Request request) =>
        buckets.Get(request.Bucket).Uploads.TryGetValue(request.Query("uploadId") ?? "", out var upload) && upload.Key == request.Key
            ? upload
            : throw new AwsFailure(404, "NoSuchUpload", "The specified upload does not exist.");
}
