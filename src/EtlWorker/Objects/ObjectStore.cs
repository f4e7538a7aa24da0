using System.Net;
using System.Net.Http.Headers;
using System.Runtime.CompilerServices;
using Amazon.Runtime;
using Amazon.Runtime.Internal;
using Amazon.Runtime.Internal.Util;
using Amazon.S3;
using Amazon.S3.Model;

namespace EtlWorker.Objects;

/// <summary>The only S3 code: exact versions are read, whole objects are written.</summary>
internal sealed class ObjectStore(IAmazonS3 s3)
{
    /// <summary>The smallest part that S3 takes, and so the most that a write holds in memory.</summary>
    private const int PartBytes = 5 << 20;

    /// <summary>
    /// Of the parts of an upload: the SDK sends one with each part anyhow, and S3 takes it only where the upload was begun with it, and
    /// wants it in the list of parts then.
    /// </summary>
    private static readonly ChecksumAlgorithm PartChecksum = ChecksumAlgorithm.CRC32;

    /// <summary>Opens an object at one of its bytes.</summary>
    /// <param name="bucket">The bucket.</param>
    /// <param name="key">The key.</param>
    /// <param name="versionId">The version; null for the current one.</param>
    /// <param name="etag">The ETag that it must have, without quotes; null for any.</param>
    /// <param name="from">The first byte wanted.</param>
    /// <param name="cancellationToken">Ends the request, not the reading of what it opened.</param>
    /// <returns>The body, which begins where S3 says: an endpoint may ignore <paramref name="from"/>.</returns>
    /// <exception cref="AmazonS3Exception">404 when it is gone, 412 when it was overwritten.</exception>
    public async Task<ObjectBody> OpenAsync(
        string bucket, string key, string? versionId, string? etag, long from, CancellationToken cancellationToken)
    {
        var response = await NamedAsync(bucket, s3.GetObjectAsync(
            new GetObjectRequest
            {
                BucketName = bucket,
                Key = key,
                VersionId = versionId,
                EtagToMatch = etag is null ? null : $"\"{etag}\"",
                // None from 0: an empty object has no byte 0 to begin at.
                ByteRange = from == 0 ? null : new ByteRange($"bytes={from}-"),
            },
            cancellationToken));
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

    /// <returns>The current version; null when there is none, or it is deleted.</returns>
    /// <exception cref="AmazonS3Exception">S3 could not be asked; also when there is no such bucket.</exception>
    public async Task<ObjectHead?> HeadAsync(string bucket, string key, CancellationToken cancellationToken)
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
    }

    /// <summary>Whether an object is there now, in whatever version.</summary>
    /// <exception cref="AmazonS3Exception">S3 could not be asked.</exception>
    public async Task<Presence> FindAsync(string bucket, string key, CancellationToken cancellationToken)
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
    private async Task FindBucketAsync(string bucket, string key, CancellationToken cancellationToken) => await NamedAsync(
        bucket, s3.ListObjectsV2Async(new ListObjectsV2Request { BucketName = bucket, Prefix = key, MaxKeys = 1 }, cancellationToken));

    /// <summary>The current objects below a prefix, in key order.</summary>
    /// <exception cref="AmazonS3Exception">S3 could not be asked; also when there is no such bucket.</exception>
    public async IAsyncEnumerable<ListedObject> ListAsync(
        string bucket, string prefix, [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        // Encoded, for a key may hold what XML cannot, and one such key would end the listing.
        var request = new ListObjectsV2Request { BucketName = bucket, Prefix = prefix, Encoding = EncodingType.Url };
        ListObjectsV2Response page;
        do
        {
            page = await NamedAsync(bucket, s3.ListObjectsV2Async(request, cancellationToken));
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

    /// <summary>Writes one object whole: readers see the former one or this one, never a part.</summary>
    public async Task PutAsync(string bucket, string key, string contentType, Stream content, CancellationToken cancellationToken)
    {
        var part = new byte[PartBytes];
        var length = await content.ReadAtLeastAsync(part, PartBytes, throwOnEndOfStream: false, cancellationToken);
        if (length < PartBytes)
        {
            using var body = new MemoryStream(part, 0, length, writable: false);
            await NamedAsync(bucket, s3.PutObjectAsync(
                new PutObjectRequest
                {
                    BucketName = bucket,
                    Key = key,
                    ContentType = contentType,
                    InputStream = body,
                    AutoCloseStream = false,
                },
                cancellationToken));
            return;
        }

        await PutInPartsAsync(bucket, key, contentType, part, content, cancellationToken);
    }

    /// <summary>S3 says that a bucket does not exist, and not which.</summary>
    private static async Task<T> NamedAsync<T>(string bucket, Task<T> answer)
    {
        try
        {
            return await answer;
        }
        catch (AmazonS3Exception fault) when (fault.ErrorCode == "NoSuchBucket")
        {
            throw new AmazonS3Exception(
                $"the bucket does not exist: {bucket}", fault, fault.ErrorType, fault.ErrorCode, fault.RequestId, fault.StatusCode);
        }
    }

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

    private async Task AbortQuietlyAsync(string bucket, string key, string uploadId)
    {
        try
        {
            await s3.AbortMultipartUploadAsync(bucket, key, uploadId, CancellationToken.None);
        }
        catch (Exception second) when (second is AmazonClientException or AmazonServiceException or HttpRequestException or IOException)
        {
            // The first fault is under way and says more.
        }
    }

    private async Task PutInPartsAsync(
        string bucket, string key, string contentType, byte[] part, Stream content, CancellationToken cancellationToken)
    {
        var upload = await NamedAsync(bucket, s3.InitiateMultipartUploadAsync(
            new InitiateMultipartUploadRequest
            {
                BucketName = bucket,
                Key = key,
                ContentType = contentType,
                ChecksumAlgorithm = PartChecksum,
            },
            cancellationToken));
        try
        {
            var complete = new CompleteMultipartUploadRequest { BucketName = bucket, Key = key, UploadId = upload.UploadId };
            var number = 0;
            for (var length = part.Length; length > 0;
                length = await content.ReadAtLeastAsync(part, part.Length, throwOnEndOfStream: false, cancellationToken))
            {
                using var body = new MemoryStream(part, 0, length, writable: false);
                var sent = await s3.UploadPartAsync(
                    new UploadPartRequest
                    {
                        BucketName = bucket,
                        Key = key,
                        UploadId = upload.UploadId,
                        PartNumber = ++number,
                        ChecksumAlgorithm = PartChecksum,
                        InputStream = body,
                        PartSize = length,
                    },
                    cancellationToken);
                complete.AddPartETagsAndChecksums(sent);
            }

            await s3.CompleteMultipartUploadAsync(complete, cancellationToken);
        }
        catch
        {
            // Parts of an upload that is never completed cost money; the bucket's lifecycle rule is the second net.
            await AbortQuietlyAsync(bucket, key, upload.UploadId);
            throw;
        }
    }
}
