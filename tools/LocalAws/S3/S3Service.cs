using EtlWorker.StandIns.Http;

namespace EtlWorker.StandIns.S3;

/// <summary>S3 in path style: which request is which operation.</summary>
internal sealed class S3Service(
    BucketDirectory directory, BucketRequests buckets, ObjectReads reads, ObjectWrites writes, MultipartRequests parts) : IWireProtocol
{
    // Subresources of an object that LocalAws does not play; taking one for the object itself would be worse than saying so.
    private static readonly string[] Unknown = ["acl", "attributes", "legal-hold", "restore", "retention", "select", "tagging", "torrent"];

    public Task HandleAsync(HttpContext context, AwsRequest request)
    {
        var asked = new S3Request(context, request);
        if (asked.Bucket.Length > 0 && directory.Find(asked.Bucket) is { Policy: { } policy } bucket)
            policy.Check(asked, () => bucket.Has(asked.Key));
        return asked switch
        {
            { Bucket: "" } => buckets.ListAsync(asked),
            { Key: "" } => buckets.HandleAsync(asked),
            _ => HandleObjectAsync(asked),
        };
    }

    public Task RefuseAsync(HttpContext context, AwsFailure failure) => S3Xml.WriteErrorAsync(context, failure);

    private Task HandleObjectAsync(S3Request request)
    {
        if (Array.Find(Unknown, request.Has) is { } subresource)
            throw new AwsFailure(501, "NotImplemented", $"LocalAws does not know the subresource {subresource}.");
        var isPart = request.Has("uploadId");
        return request.Method switch
        {
            "GET" or "HEAD" when !isPart => reads.ReadAsync(request),
            "PUT" when isPart && request.Header("x-amz-copy-source") is null => parts.PutPartAsync(request),
            "PUT" when request.Header("x-amz-copy-source") is { } source && !isPart => writes.CopyAsync(request, source),
            "PUT" when !isPart => writes.PutAsync(request),
            "POST" when request.Has("uploads") => parts.CreateAsync(request),
            "POST" when isPart => parts.CompleteAsync(request),
            "DELETE" => isPart ? parts.AbortAsync(request) : writes.DeleteAsync(request),
            _ => throw new AwsFailure(501, "NotImplemented", "LocalAws does not know this operation on an object."),
        };
    }
}
