using System.Net;
using System.Security.Cryptography;
using System.Text;
using Amazon.S3;
using Amazon.S3.Model;
using EtlWorker.StandIns;
using Xunit;

namespace EtlWorker.IntegrationTests.StandIns;

public sealed class ObjectTests : IAsyncLifetime
{
    private const string Bucket = "drops";

    private LocalAws _aws = null!;
    private AmazonS3Client _s3 = null!;

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    public async ValueTask InitializeAsync()
    {
        _aws = await LocalAws.StartAsync(cancellationToken: Cancellation);
        _s3 = AwsClients.S3(_aws);
        await _s3.PutBucketAsync(Bucket, Cancellation);
    }

    public async ValueTask DisposeAsync()
    {
        _s3.Dispose();
        await _aws.DisposeAsync();
    }

    [Fact]
    public async Task What_was_put_is_got_back_with_its_headers()
    {
        var put = await _s3.PutObjectAsync(
            new PutObjectRequest
            {
                BucketName = Bucket,
                Key = "a/b c+é.csv",
                ContentBody = "id\n1\n",
                ContentType = "text/csv",
                Metadata = { ["source"] = "erp" },
            },
            Cancellation);

        using var got = await _s3.GetObjectAsync(Bucket, "a/b c+é.csv", Cancellation);

        Assert.Equal("id\n1\n", await TextOf(got));
        Assert.Equal(Quoted(MD5Of("id\n1\n"u8.ToArray())), put.ETag);
        Assert.Equal(put.ETag, got.ETag);
        Assert.Equal("text/csv", got.Headers.ContentType);
        Assert.Equal("erp", got.Metadata["source"]);
        Assert.Equal(5, got.ContentLength);
        Assert.NotNull(got.ChecksumCRC32);
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task A_body_of_many_chunks_arrives_unchanged(bool isChunked)
    {
        var bytes = new byte[3_000_001];
        new Random(7).NextBytes(bytes);

        await _s3.PutObjectAsync(
            new PutObjectRequest { BucketName = Bucket, Key = "big", InputStream = new MemoryStream(bytes), UseChunkEncoding = isChunked },
            Cancellation);

        using var got = await _s3.GetObjectAsync(Bucket, "big", Cancellation);
        using var copy = new MemoryStream();
        await got.ResponseStream.CopyToAsync(copy, Cancellation);
        Assert.Equal(MD5Of(bytes), MD5Of(copy.ToArray()));
    }

    [Fact]
    public async Task A_missing_key_and_a_missing_bucket_are_told_apart()
    {
        var noKey = await Assert.ThrowsAsync<NoSuchKeyException>(() => _s3.GetObjectAsync(Bucket, "none", Cancellation));
        var noBucket = await Assert.ThrowsAsync<AmazonS3Exception>(() => _s3.GetObjectAsync("nowhere", "none", Cancellation));
        var noHead = await Assert.ThrowsAsync<AmazonS3Exception>(() => _s3.GetObjectMetadataAsync(Bucket, "none", Cancellation));

        Assert.Equal(("NoSuchKey", "NoSuchBucket"), (noKey.ErrorCode, noBucket.ErrorCode));
        Assert.Equal(HttpStatusCode.NotFound, noHead.StatusCode);
    }

    [Fact]
    public async Task Every_version_can_be_read_and_a_delete_leaves_a_marker()
    {
        await EnableVersioning();
        var first = await Put("k", "one");
        var second = await Put("k", "two");
        var deleted = await _s3.DeleteObjectAsync(Bucket, "k", Cancellation);

        Assert.Equal("true", deleted.DeleteMarker);
        Assert.Equal("one", await TextOf(await _s3.GetObjectAsync(Bucket, "k", first.VersionId, Cancellation)));
        Assert.Equal("two", await TextOf(await _s3.GetObjectAsync(Bucket, "k", second.VersionId, Cancellation)));
        await Assert.ThrowsAsync<NoSuchKeyException>(() => _s3.GetObjectAsync(Bucket, "k", Cancellation));
        var marker = await Assert.ThrowsAsync<AmazonS3Exception>(() => _s3.GetObjectAsync(Bucket, "k", deleted.VersionId, Cancellation));
        Assert.Equal(HttpStatusCode.MethodNotAllowed, marker.StatusCode);
        var unknown = await Assert.ThrowsAsync<AmazonS3Exception>(() => _s3.GetObjectAsync(Bucket, "k", "0000", Cancellation));
        Assert.Equal("NoSuchVersion", unknown.ErrorCode);

        var versions = await _s3.ListVersionsAsync(Bucket, Cancellation);
        Assert.Equal([deleted.VersionId, second.VersionId, first.VersionId], versions.Versions.Select(version => version.VersionId));
        Assert.Equal([true, false, false], versions.Versions.Select(version => version.IsLatest));

        await _s3.DeleteObjectAsync(Bucket, "k", deleted.VersionId, Cancellation);
        Assert.Equal("two", await TextOf(await _s3.GetObjectAsync(Bucket, "k", Cancellation)));
    }

    [Theory]
    [InlineData(2, 4, "234", "bytes 2-4/10")]
    [InlineData(7, 99, "789", "bytes 7-9/10")]
    public async Task A_range_gives_just_these_bytes(int from, int to, string expected, string contentRange)
    {
        await Put("digits", "0123456789");

        using var got = await _s3.GetObjectAsync(
            new GetObjectRequest { BucketName = Bucket, Key = "digits", ByteRange = new ByteRange(from, to) }, Cancellation);

        Assert.Equal(HttpStatusCode.PartialContent, got.HttpStatusCode);
        Assert.Equal((expected, contentRange), (await TextOf(got), got.ContentRange));
    }

    [Fact]
    public async Task A_range_beyond_the_end_is_refused()
    {
        await Put("digits", "0123456789");

        var refused = await Assert.ThrowsAsync<AmazonS3Exception>(
            () => _s3.GetObjectAsync(
                new GetObjectRequest { BucketName = Bucket, Key = "digits", ByteRange = new ByteRange(10, 20) }, Cancellation));

        Assert.Equal(("InvalidRange", HttpStatusCode.RequestedRangeNotSatisfiable), (refused.ErrorCode, refused.StatusCode));
    }

    [Fact]
    public async Task Preconditions_hold_for_reads_and_writes()
    {
        var put = await Put("k", "one");

        var stale = await Assert.ThrowsAsync<AmazonS3Exception>(
            () => _s3.GetObjectAsync(new GetObjectRequest { BucketName = Bucket, Key = "k", EtagToMatch = "\"0\"" }, Cancellation));
        var unchanged = await Assert.ThrowsAsync<AmazonS3Exception>(
            () => _s3.GetObjectAsync(new GetObjectRequest { BucketName = Bucket, Key = "k", EtagToNotMatch = put.ETag }, Cancellation));
        var exists = await Assert.ThrowsAsync<AmazonS3Exception>(
            () => _s3.PutObjectAsync(
                new PutObjectRequest { BucketName = Bucket, Key = "k", ContentBody = "two", IfNoneMatch = "*" }, Cancellation));
        var moved = await Assert.ThrowsAsync<AmazonS3Exception>(
            () => _s3.PutObjectAsync(
                new PutObjectRequest { BucketName = Bucket, Key = "k", ContentBody = "two", IfMatch = "\"0\"" }, Cancellation));
        await _s3.PutObjectAsync(
            new PutObjectRequest { BucketName = Bucket, Key = "k", ContentBody = "two", IfMatch = put.ETag }, Cancellation);

        Assert.Equal(HttpStatusCode.NotModified, unchanged.StatusCode);
        Assert.All([stale, exists, moved], refused => Assert.Equal("PreconditionFailed", refused.ErrorCode));
    }

    [Fact]
    public async Task Parts_are_joined_under_a_multipart_etag()
    {
        var parts = new[] { new byte[5 * 1024 * 1024], "tail"u8.ToArray() };
        var upload = await _s3.InitiateMultipartUploadAsync(
            new InitiateMultipartUploadRequest { BucketName = Bucket, Key = "joined", ChecksumAlgorithm = ChecksumAlgorithm.CRC32 },
            Cancellation);
        var sent = new List<PartETag>();
        for (var number = 1; number <= parts.Length; number++)
        {
            var part = new UploadPartRequest
            {
                BucketName = Bucket,
                Key = "joined",
                UploadId = upload.UploadId,
                PartNumber = number,
                InputStream = new MemoryStream(parts[number - 1]),
            };
            sent.Add(new PartETag(await _s3.UploadPartAsync(part, Cancellation), copyChecksums: true));
        }

        var withoutSums = new CompleteMultipartUploadRequest
        {
            BucketName = Bucket,
            Key = "joined",
            UploadId = upload.UploadId,
            PartETags = [.. sent.Select(part => new PartETag(part.PartNumber!.Value, part.ETag))],
        };
        var refused = await Assert.ThrowsAsync<AmazonS3Exception>(() => _s3.CompleteMultipartUploadAsync(withoutSums, Cancellation));
        Assert.Contains("It was missing for part 1 in the request", refused.Message, StringComparison.Ordinal);

        var completed = await _s3.CompleteMultipartUploadAsync(
            new CompleteMultipartUploadRequest { BucketName = Bucket, Key = "joined", UploadId = upload.UploadId, PartETags = sent },
            Cancellation);

        var digests = parts.SelectMany(part => Convert.FromHexString(MD5Of(part))).ToArray();
        Assert.Equal(Quoted(MD5Of(digests) + "-2"), completed.ETag);
        var head = await _s3.GetObjectMetadataAsync(Bucket, "joined", Cancellation);
        Assert.Equal(parts.Sum(part => part.Length), head.ContentLength);
    }

    [Fact]
    public async Task A_part_with_a_checksum_that_its_upload_was_not_begun_with_is_refused()
    {
        var upload = await _s3.InitiateMultipartUploadAsync(Bucket, "joined", Cancellation);
        var part = new UploadPartRequest
        {
            BucketName = Bucket,
            Key = "joined",
            UploadId = upload.UploadId,
            PartNumber = 1,
            InputStream = new MemoryStream("tail"u8.ToArray()),
        };

        var refused = await Assert.ThrowsAsync<AmazonS3Exception>(() => _s3.UploadPartAsync(part, Cancellation));
        Assert.Contains("expected checksum Type: null, actual checksum Type: crc32", refused.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_listing_pages_rolls_up_and_starts_after()
    {
        string[] keys = ["a/1 +é.csv", "a/2", "b/1", "c", "d"];
        foreach (var key in keys)
            await Put(key, "x");

        var pages = _s3.Paginators.ListObjectsV2(new ListObjectsV2Request { BucketName = Bucket, Delimiter = "/", MaxKeys = 1 });
        var found = new List<string>();
        await foreach (var page in pages.Responses.WithCancellation(Cancellation))
            found.AddRange([.. page.CommonPrefixes ?? [], .. (page.S3Objects ?? []).Select(one => one.Key)]);
        var encoded = await _s3.ListObjectsV2Async(
            new ListObjectsV2Request { BucketName = Bucket, Prefix = "a/", Encoding = EncodingType.Url }, Cancellation);
        var after = await _s3.ListObjectsV2Async(new ListObjectsV2Request { BucketName = Bucket, StartAfter = "b/1" }, Cancellation);

        Assert.Equal(["a/", "b/", "c", "d"], found);
        Assert.Equal(["a/1%20%2B%C3%A9.csv", "a/2"], encoded.S3Objects.Select(one => one.Key));
        Assert.Equal(["c", "d"], after.S3Objects.Select(one => one.Key));
    }

    [Fact]
    public async Task A_copy_has_the_bytes_and_a_bucket_with_objects_stays()
    {
        await Put("from here", "copied");
        await _s3.CopyObjectAsync(Bucket, "from here", Bucket, "to", Cancellation);

        Assert.Equal("copied", await TextOf(await _s3.GetObjectAsync(Bucket, "to", Cancellation)));
        var refused = await Assert.ThrowsAsync<AmazonS3Exception>(() => _s3.DeleteBucketAsync(Bucket, Cancellation));
        Assert.Equal("BucketNotEmpty", refused.ErrorCode);
        await _s3.DeleteObjectsAsync(
            new DeleteObjectsRequest { BucketName = Bucket, Objects = [new() { Key = "to" }, new() { Key = "from here" }] }, Cancellation);
        await _s3.DeleteBucketAsync(Bucket, Cancellation);
    }

    [Fact]
    public async Task An_unsigned_chunked_body_with_a_trailer_is_decoded()
    {
        // By hand, for the SDK sends this over HTTPS only.
        using var http = new HttpClient { BaseAddress = _aws.Endpoint };
        using var body = new StringContent("4\r\nid\n1\r\n2\r\n\n2\r\n0\r\nx-amz-checksum-crc32:iqf4dQ==\r\n\r\n");
        body.Headers.ContentEncoding.Add("aws-chunked");
        using var request = new HttpRequestMessage(HttpMethod.Put, "/drops/chunked") { Content = body };
        request.Headers.Add("x-amz-content-sha256", "STREAMING-UNSIGNED-PAYLOAD-TRAILER");
        request.Headers.Add("x-amz-decoded-content-length", "6");

        using var answer = await http.SendAsync(request, Cancellation);

        Assert.Equal("iqf4dQ==", Assert.Single(answer.Headers.GetValues("x-amz-checksum-crc32")));
        Assert.Equal("id\n1\n2", await http.GetStringAsync(new Uri("/drops/chunked", UriKind.Relative), Cancellation));
    }

    [Fact]
    public async Task A_plain_put_without_a_signature_is_taken()
    {
        using var http = new HttpClient { BaseAddress = _aws.Endpoint };
        using var body = new StringContent("plain");

        using var answer = await http.PutAsync(new Uri("/drops/curl/file%20name.csv", UriKind.Relative), body, Cancellation);

        Assert.Equal(HttpStatusCode.OK, answer.StatusCode);
        Assert.Equal("plain", await TextOf(await _s3.GetObjectAsync(Bucket, "curl/file name.csv", Cancellation)));
    }

    private static string Quoted(string etag) => $"\"{etag}\"";

#pragma warning disable CA5351 // ETags are MD5.
    private static string MD5Of(byte[] bytes) => Convert.ToHexStringLower(MD5.HashData(bytes));
#pragma warning restore CA5351

    private static async Task<string> TextOf(GetObjectResponse got)
    {
        using var reader = new StreamReader(got.ResponseStream, Encoding.UTF8);
        return await reader.ReadToEndAsync(Cancellation);
    }

    private Task<PutObjectResponse> Put(string key, string body) =>
        _s3.PutObjectAsync(new PutObjectRequest { BucketName = Bucket, Key = key, ContentBody = body }, Cancellation);

    private Task<PutBucketVersioningResponse> EnableVersioning() => _s3.PutBucketVersioningAsync(
        new PutBucketVersioningRequest
        {
            BucketName = Bucket,
            VersioningConfig = new S3BucketVersioningConfig { Status = VersionStatus.Enabled },
        }, Cancellation);
}
