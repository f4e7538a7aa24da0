using Amazon.Runtime;
using Amazon.S3;
using Amazon.S3.Model;

namespace EtlWorker.Objects;

/// <summary>The only S3 code: whole versions are read, whole objects are written.</summary>
internal sealed class ObjectStore(IAmazonS3 s3)
{
    /// <summary>The smallest part that S3 takes, and so the most that a write holds in memory.</summary>
    private const int PartBytes = 5 << 20;

    /// <summary>
    /// Opens exactly one version: by its version id, else only if its ETag is still the same.
    /// </summary>
    /// <exception cref="AmazonS3Exception">404 when it is gone, 412 when it was overwritten.</exception>
    public async Task<ObjectBody> OpenAsync(string bucket, string key, string? versionId, string? etag, CancellationToken cancellationToken)
    {
        var response = await s3.GetObjectAsync(
            new GetObjectRequest
            {
                BucketName = bucket,
                Key = key,
                VersionId = versionId,
                EtagToMatch = versionId is null && etag is not null ? $"\"{etag}\"" : null,
            },
            cancellationToken);
        return new ObjectBody(response);
    }

    /// <summary>Writes one object whole: readers see the former one or this one, never a part.</summary>
    public async Task PutAsync(string bucket, string key, string contentType, Stream content, CancellationToken cancellationToken)
    {
        var part = new byte[PartBytes];
        var length = await content.ReadAtLeastAsync(part, PartBytes, throwOnEndOfStream: false, cancellationToken);
        if (length < PartBytes)
        {
            using var body = new MemoryStream(part, 0, length, writable: false);
            await s3.PutObjectAsync(
                new PutObjectRequest { BucketName = bucket, Key = key, ContentType = contentType, InputStream = body, AutoCloseStream = false },
                cancellationToken);
            return;
        }

        await PutInPartsAsync(bucket, key, contentType, part, content, cancellationToken);
    }

    private async Task AbortQuietlyAsync(string bucket, string key, string uploadId)
    {
        try
        {
            await s3.AbortMultipartUploadAsync(bucket, key, uploadId, CancellationToken.None);
        }
        catch (AmazonClientException)
        {
            // The first fault is under way and says more.
        }
    }

    private async Task PutInPartsAsync(
        string bucket, string key, string contentType, byte[] part, Stream content, CancellationToken cancellationToken)
    {
        var upload = await s3.InitiateMultipartUploadAsync(
            new InitiateMultipartUploadRequest { BucketName = bucket, Key = key, ContentType = contentType }, cancellationToken);
        try
        {
            var parts = new List<PartETag>();
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
                        PartNumber = parts.Count + 1,
                        InputStream = body,
                        PartSize = length,
                    },
                    cancellationToken);
                parts.Add(new PartETag(parts.Count + 1, sent.ETag));
            }

            await s3.CompleteMultipartUploadAsync(
                new CompleteMultipartUploadRequest { BucketName = bucket, Key = key, UploadId = upload.UploadId, PartETags = parts },
                cancellationToken);
        }
        catch
        {
            // Parts of an upload that is never completed cost money; the bucket's lifecycle rule is the second net.
            await AbortQuietlyAsync(bucket, key, upload.UploadId);
            throw;
        }
    }
}
