using Amazon.S3;
using Amazon.S3.Model;
using EtlWorker.Domain.Drops;
using EtlWorker.Faults;

namespace EtlWorker.Objects;

/// <summary>A bucket in which results are written.</summary>
/// <param name="s3">The client.</param>
/// <param name="bucket">The bucket.</param>
internal sealed class S3Destination(IAmazonS3 s3, string bucket) : IResultDestination
{
    /// <summary>The smallest part that S3 takes, and so the most that a write holds in memory.</summary>
    private const int PartBytes = 5 << 20;

    /// <summary>What most results need of it.</summary>
    private const int FirstBytes = 64 << 10;

    /// <summary>
    /// Of the parts of an upload: the SDK sends one with each part anyhow, and S3 takes it only where the upload was begun with it, and
    /// wants it in the list of parts then.
    /// </summary>
    private static readonly ChecksumAlgorithm PartChecksum = ChecksumAlgorithm.CRC32;

    public string AddressOf(string key) => ObjectVersion.AddressOf(bucket, key);

    public Task PutAsync(string key, string contentType, Stream content, CancellationToken cancellationToken) =>
        S3Calls.AskAsync(bucket, async () =>
        {
            var (part, length) = (new byte[FirstBytes], 0);
            while ((length += await content.ReadAtLeastAsync(
                part.AsMemory(length), part.Length - length, throwOnEndOfStream: false, cancellationToken)) == part.Length
                && length < PartBytes)
            {
                Array.Resize(ref part, Math.Min(4 * length, PartBytes));
            }

            await (length < PartBytes
                ? PutWholeAsync(key, contentType, part, length, cancellationToken)
                : PutInPartsAsync(key, contentType, part, content, cancellationToken));
            return true;
        });

    private async Task PutWholeAsync(string key, string contentType, byte[] part, int length, CancellationToken cancellationToken)
    {
        using var body = new MemoryStream(part, 0, length, writable: false);
        await s3.PutObjectAsync(
            new PutObjectRequest
            {
                BucketName = bucket,
                Key = key,
                ContentType = contentType,
                InputStream = body,
                AutoCloseStream = false,
            },
            cancellationToken);
    }

    private async Task PutInPartsAsync(
        string key, string contentType, byte[] part, Stream content, CancellationToken cancellationToken)
    {
        var upload = await s3.InitiateMultipartUploadAsync(
            new InitiateMultipartUploadRequest
            {
                BucketName = bucket,
                Key = key,
                ContentType = contentType,
                ChecksumAlgorithm = PartChecksum,
            },
            cancellationToken);
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
            await BestEffort.TryAsync(() => S3Calls.AskAsync(
                bucket, () => s3.AbortMultipartUploadAsync(bucket, key, upload.UploadId, CancellationToken.None)));
            throw;
        }
    }
}
