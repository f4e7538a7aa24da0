using System.Xml.Linq;
using EtlWorker.StandIns.Http;

namespace EtlWorker.StandIns.S3;

/// <summary>Requests on a bucket as a whole.</summary>
internal sealed class BucketRequests(AwsAccount account, BucketDirectory buckets, EventDelivery events, ObjectWrites writes)
{
    // Subresources of a bucket that LocalAws does not play; taking one for a listing would be worse than saying so.
    private static readonly string[] Unknown =
    [
        "acl", "cors", "encryption", "lifecycle", "logging", "object-lock", "ownershipControls", "publicAccessBlock",
        "replication", "tagging", "uploads", "website",
    ];

    public Task ListAsync(S3Request request) => S3Xml.WriteAsync(request.Context, 200, S3Xml.Element(
        "ListAllMyBucketsResult",
        S3Xml.Element("Owner", S3Xml.Element("ID", AwsAccount.Id)),
        S3Xml.Element("Buckets", buckets.All.Select(bucket => S3Xml.Element(
            "Bucket",
            S3Xml.Element("Name", bucket.Name),
            S3Xml.Element("CreationDate", S3Xml.Time(bucket.CreatedAt)))))));

    public Task HandleAsync(S3Request request)
    {
        if (Array.Find(Unknown, request.Has) is { } subresource)
            throw new AwsFailure(501, "NotImplemented", $"LocalAws does not know the subresource {subresource}.");
        return request.Method switch
        {
            "GET" => S3Xml.WriteAsync(request.Context, 200, Get(request, buckets.Get(request.Bucket))),
            "HEAD" => HeadAsync(request),
            "PUT" when request.Has("versioning") => PutVersioningAsync(request, buckets.Get(request.Bucket)),
            "PUT" when request.Has("policy") => PutPolicyAsync(request, buckets.Get(request.Bucket)),
            "PUT" when request.Has("notification") => PutNotificationAsync(request, buckets.Get(request.Bucket)),
            "PUT" => CreateAsync(request),
            "DELETE" => DeleteAsync(request),
            "POST" when request.Has("delete") => DeleteObjectsAsync(request, buckets.Get(request.Bucket)),
            _ => throw new AwsFailure(405, "MethodNotAllowed", "The specified method is not allowed against this resource."),
        };
    }

    private XElement Get(S3Request request, Bucket bucket)
    {
        if (request.Has("location"))
            return S3Xml.Element("LocationConstraint", account.Region == "us-east-1" ? "" : account.Region);
        if (request.Has("versioning"))
            return S3Xml.Element("VersioningConfiguration", bucket.Versioning is null ? null : S3Xml.Element("Status", bucket.Versioning));
        if (request.Has("notification"))
            return bucket.Notifications.Write();
        var listing = new Listing(request, bucket);
        return request.Has("versions") ? listing.Versions() : listing.Objects();
    }

    private Task HeadAsync(S3Request request)
    {
        buckets.Get(request.Bucket);
        request.Context.Response.Headers["x-amz-bucket-region"] = account.Region;
        return Task.CompletedTask;
    }

    private Task CreateAsync(S3Request request)
    {
        request.Context.Response.Headers.Location = "/" + buckets.Create(request.Bucket).Name;
        return Task.CompletedTask;
    }

    private Task DeleteAsync(S3Request request)
    {
        buckets.Delete(request.Bucket);
        request.Context.Response.StatusCode = StatusCodes.Status204NoContent;
        return Task.CompletedTask;
    }

    private static async Task PutVersioningAsync(S3Request request, Bucket bucket)
    {
        var status = (await S3Xml.ReadAsync(request)).Value("Status");
        bucket.Versioning = status is "Enabled" or "Suspended"
            ? status
            : throw new AwsFailure(
                400, "MalformedXML", "The XML you provided was not well-formed or did not validate against our published schema");
    }

    private static async Task PutPolicyAsync(S3Request request, Bucket bucket)
    {
        bucket.Policy = await BucketPolicy.ReadAsync(request);
        request.Context.Response.StatusCode = StatusCodes.Status204NoContent;
    }

    private async Task PutNotificationAsync(S3Request request, Bucket bucket) => await events.ConfigureAsync(
        bucket, NotificationSettings.Read(await S3Xml.ReadAsync(request)), request.Context.TraceIdentifier, request.Aborted);

    private async Task DeleteObjectsAsync(S3Request request, Bucket bucket)
    {
        var deleted = new List<XElement>();
        foreach (var wanted in (await S3Xml.ReadAsync(request)).Named("Object"))
        {
            var (key, versionId) = (wanted.Value("Key") ?? "", wanted.Value("VersionId"));
            await writes.DeleteAsync(bucket, key, versionId, request.Context.TraceIdentifier);
            deleted.Add(
                S3Xml.Element("Deleted", S3Xml.Element("Key", key), versionId is null ? null : S3Xml.Element("VersionId", versionId)));
        }

        await S3Xml.WriteAsync(request.Context, 200, S3Xml.Element("DeleteResult", deleted));
    }
}
