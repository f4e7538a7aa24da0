using System.Net;
using System.Net.Http.Headers;
using System.Runtime.CompilerServices;
using Amazon.Runtime.Internal;
using Amazon.Runtime.Internal.Util;
using Amazon.S3;
using Amazon.S3.Model;
using EtlWorker.Domain.Drops;
using EtlWorker.Domain.Runs;
using EtlWorker.Faults;

namespace EtlWorker.Objects;

/// <summary>A bucket in which files land. Exact versions are read.</summary>
/// <param name="s3">The client.</param>
/// <param name="bucket">The bucket that is listed.</param>
internal sealed class S3Source(IAmazonS3 s3, string bucket) : IObjectSource
{
    public string Location => bucket;

    public bool NotifiesOfEvents => true;

    public async Task<ObjectBody> OpenAsync(ObjectVersion version, long from, CancellationToken cancellationToken)
    {
        var request = new GetObjectRequest
        {
            BucketName = version.Bucket,
            Key = version.Key,
            VersionId = version.VersionId,
            EtagToMatch = version.ETag is null ? null : $"\"{version.ETag}\"",
            // None from 0: an empty object has no byte 0 to begin at.
            ByteRange = from == 0 ? null : new ByteRange($"bytes={from}-"),
        };
        GetObjectResponse response;
        try
        {
            response = await s3.GetObjectAsync(request, cancellationToken);
        }
        catch (Exception fault) when (S3Fault.Of(fault, version.Bucket) is { } known)
        {
            throw AwsFault.Classify(fault) == AwsFaultKind.Changed
                ? new ObjectGoneException(known, fault)
                : new FaultException(known, fault);
        }

        var (begins, total) = ExtentOf(response);
        return new ObjectBody
        {
            // Around the connection's stream the SDK puts one that hashes every byte where the ETag may be an MD5, whatever
            // its settings say; that is most of the time of a read. We check version and length.
            Stream = WrapperStream.GetNonWrapperBaseStream(response.ResponseStream),
            From = begins,
            Total = total,
            ETag = Unquoted(response.ETag),
        };
    }

    public Task<ObjectHead?> HeadAsync(string bucket, string key, CancellationToken cancellationToken) =>
        S3Calls.AskAsync(bucket, async () =>
        {
            try
            {
                var head = await s3.GetObjectMetadataAsync(bucket, key, cancellationToken);
                return new ObjectHead
                {
                    Key = key,
                    VersionId = head.VersionId is "" or "null" ? null : head.VersionId,
                    ETag = Unquoted(head.ETag),
                    Size = head.ContentLength,
                    LastModified = Utc(head.LastModified),
                };
            }
            catch (AmazonS3Exception fault) when (fault.StatusCode == HttpStatusCode.NotFound)
            {
                await FindBucketAsync(bucket, key, cancellationToken);
                return null;
            }
        });

    public Task<Presence> FindAsync(string bucket, string key, CancellationToken cancellationToken) =>
        S3Calls.AskAsync(bucket, async () =>
        {
            try
            {
                await s3.GetObjectMetadataAsync(bucket, key, cancellationToken);
                return Presence.Present;
            }
            catch (AmazonS3Exception fault) when (fault.StatusCode == HttpStatusCode.NotFound)
            {
                return IsDeleteMarker(fault) ? Presence.Deleted : await FindMissingAsync(bucket, key, cancellationToken);
            }
            catch (AmazonS3Exception fault) when (fault.StatusCode == HttpStatusCode.Forbidden)
            {
                return Presence.Unknown;
            }
        });

    public async IAsyncEnumerable<ListedObject> ListAsync(string prefix, [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        // Encoded, for a key may hold what XML cannot, and one such key would end the listing.
        var request = new ListObjectsV2Request { BucketName = bucket, Prefix = prefix, Encoding = EncodingType.Url };
        ListObjectsV2Response page;
        do
        {
            page = await S3Calls.AskAsync(bucket, () => s3.ListObjectsV2Async(request, cancellationToken));
            foreach (var listed in page.S3Objects ?? [])
            {
                yield return new ListedObject
                {
                    Key = page.Encoding == EncodingType.Url ? WebUtility.UrlDecode(listed.Key) : listed.Key,
                    ETag = Unquoted(listed.ETag),
                    Size = listed.Size ?? 0,
                    LastModified = Utc(listed.LastModified),
                };
            }

            request.ContinuationToken = page.NextContinuationToken;
        }
        while (page.IsTruncated == true);
    }

    private async Task<Presence> FindMissingAsync(string bucket, string key, CancellationToken cancellationToken)
    {
        try
        {
            await FindBucketAsync(bucket, key, cancellationToken);
            return Presence.Missing;
        }
        catch (AmazonS3Exception fault) when (fault.StatusCode == HttpStatusCode.Forbidden)
        {
            return Presence.Unknown;
        }
    }

    /// <summary>A HEAD's 404 has no body to say what is missing, the key or the whole bucket; a listing's has.</summary>
    /// <exception cref="AmazonS3Exception">There is no such bucket, or it could not be asked.</exception>
    private Task<ListObjectsV2Response> FindBucketAsync(string bucket, string key, CancellationToken cancellationToken) =>
        s3.ListObjectsV2Async(new ListObjectsV2Request { BucketName = bucket, Prefix = key, MaxKeys = 1 }, cancellationToken);

    // A whole answer (200) has no Content-Range.
    private static (long From, long Total) ExtentOf(GetObjectResponse response) =>
        ContentRangeHeaderValue.TryParse(response.ContentRange, out var range) && range is { From: { } from, Length: { } total }
            ? (from, total)
            : (0, response.ContentLength);

    // https://docs.aws.amazon.com/AmazonS3/latest/API/API_HeadObject.html: a delete marker answers 404 with this header.
    private static bool IsDeleteMarker(AmazonS3Exception fault) =>
        fault.InnerException is HttpErrorResponseException { Response: { } response }
        && response.IsHeaderPresent("x-amz-delete-marker") && response.GetHeaderValue("x-amz-delete-marker") == "true";

    private static string? Unquoted(string? etag) => etag?.Trim('"');

    private static DateTimeOffset Utc(DateTime? told) =>
        new(told?.ToUniversalTime() ?? throw new InvalidDataException("S3 did not say when the object was last modified."));
}
