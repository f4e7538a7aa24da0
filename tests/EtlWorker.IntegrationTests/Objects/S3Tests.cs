using System.Net.Http.Headers;
using Amazon.S3;
using Amazon.S3.Model;
using EtlWorker.Domain.Drops;
using EtlWorker.Domain.Runs;
using EtlWorker.IntegrationTests.StandIns;
using EtlWorker.Objects;
using EtlWorker.StandIns;
using EtlWorker.StandIns.Http;
using Microsoft.Extensions.Time.Testing;
using Xunit;

namespace EtlWorker.IntegrationTests.Objects;

public sealed class S3Tests : IAsyncLifetime
{
    private static readonly DateTimeOffset Now = new(2026, 3, 29, 1, 30, 0, TimeSpan.Zero);

    private LocalAws _aws = null!;
    private AmazonS3Client _s3 = null!;
    private S3Source _source = null!;

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    public async ValueTask InitializeAsync()
    {
        _aws = await LocalAws.StartAsync(new LocalAwsOptions { TimeProvider = new FakeTimeProvider(Now) }, Cancellation);
        _s3 = AwsClients.S3(_aws);
        _source = new S3Source(_s3, "plain");
        _aws.CreateBucket("versioned");
        _aws.CreateBucket("plain", isVersioned: false);
    }

    public async ValueTask DisposeAsync()
    {
        _s3.Dispose();
        await _aws.DisposeAsync();
    }

    [Fact]
    public async Task An_objects_head_is_told_without_its_bytes()
    {
        var first = await PutAsync("versioned", "k", "one");
        var second = await PutAsync("versioned", "k", "second");
        await PutAsync("plain", "a b+c%é.csv", "one");

        Assert.NotEqual(first.VersionId, second.VersionId);
        Assert.Equal(
            new ObjectHead { Key = "k", VersionId = second.VersionId, ETag = second.ETag.Trim('"'), Size = 6, LastModified = Now },
            await _source.HeadAsync("versioned", "k", Cancellation));
        Assert.Equal(
            new ObjectHead { Key = "a b+c%é.csv", VersionId = null, ETag = first.ETag.Trim('"'), Size = 3, LastModified = Now },
            await _source.HeadAsync("plain", "a b+c%é.csv", Cancellation));
    }

    [Fact]
    public async Task The_null_version_of_a_suspended_bucket_is_no_version()
    {
        var suspended = new S3BucketVersioningConfig { Status = VersionStatus.Suspended };
        await _s3.PutBucketVersioningAsync(
            new PutBucketVersioningRequest { BucketName = "versioned", VersioningConfig = suspended }, Cancellation);
        var put = await PutAsync("versioned", "k", "one");

        Assert.Equal("null", put.VersionId);
        Assert.Null((await _source.HeadAsync("versioned", "k", Cancellation))!.VersionId);
    }

    [Fact]
    public async Task A_missing_or_deleted_object_has_no_head()
    {
        await PutAsync("versioned", "k", "one");
        await _s3.DeleteObjectAsync("versioned", "k", Cancellation);

        Assert.Null(await _source.HeadAsync("versioned", "k", Cancellation));
        Assert.Null(await _source.HeadAsync("plain", "k", Cancellation));
    }

    [Fact]
    public async Task A_bucket_that_is_not_there_is_no_missing_object()
    {
        var head = await Assert.ThrowsAnyAsync<FaultException>(() => _source.HeadAsync("nowhere", "k", Cancellation));
        var listing = await Assert.ThrowsAnyAsync<FaultException>(() => ListAsync("nowhere", ""));

        var read = await Assert.ThrowsAnyAsync<FaultException>(() => _source.OpenAsync(Of("nowhere", "k"), 0, Cancellation));
        var written = await Assert.ThrowsAnyAsync<FaultException>(
            () => new S3Destination(_s3, "nowhere").PutAsync("k", "text/csv", new MemoryStream(new byte[6 << 20]), Cancellation));

        Assert.All([head, listing, read, written], fault =>
            Assert.Equal("S3: the bucket does not exist: nowhere", fault.Fault.Cause));
    }

    [Theory]
    [InlineData(5 << 20)]
    [InlineData((5 << 20) + 1)]
    [InlineData((15 << 20) + 3)]
    public async Task What_is_longer_than_a_part_is_written_in_parts_with_checksums(int length)
    {
        var content = new byte[length];
        Random.Shared.NextBytes(content);

        await new S3Destination(_s3, "plain").PutAsync("k", "text/csv", new MemoryStream(content), Cancellation);

        using var body = await _source.OpenAsync(Of("plain", "k"), 0, Cancellation);
        using var copy = new MemoryStream();
        await body.Stream.CopyToAsync(copy, Cancellation);
        Assert.True(content.AsSpan().SequenceEqual(copy.ToArray()));
    }

    [Fact]
    public async Task A_role_that_may_not_look_is_not_told_that_nothing_is_there()
    {
        _aws.Faults.Fail(AwsService.S3, times: 1, status: 403, code: "AccessDenied");

        await Assert.ThrowsAnyAsync<FaultException>(() => _source.HeadAsync("plain", "k", Cancellation));
    }

    [Fact]
    public async Task A_listing_gives_the_current_objects_below_a_prefix()
    {
        var put = await PutAsync("versioned", "orders_data/a b+c%é.csv", "one");
        await PutAsync("versioned", "orders_data/gone.csv", "one");
        await _s3.DeleteObjectAsync("versioned", "orders_data/gone.csv", Cancellation);
        await PutAsync("versioned", "reference/dim.csv", "one");

        Assert.Equal(
            [new ListedObject { Key = "orders_data/a b+c%é.csv", ETag = put.ETag.Trim('"'), Size = 3, LastModified = Now }],
            await ListAsync("versioned", "orders_data/"));
        Assert.Empty(await ListAsync("versioned", "nothing/"));
        Assert.Empty(await ListAsync("plain", ""));
    }

    [Fact]
    public async Task A_listing_goes_on_past_its_first_thousand()
    {
        using var http = new HttpClient { BaseAddress = _aws.Endpoint };
        for (var number = 0; number < 1001; number++)
        {
            using var body = new StringContent("");
            await http.PutAsync(new Uri($"/plain/{number:0000}", UriKind.Relative), body, Cancellation);
        }

        Assert.Equal(
            Enumerable.Range(0, 1001).Select(number => $"{number:0000}"), (await ListAsync("plain", "")).Select(listed => listed.Key));
    }

    [Fact]
    public async Task The_SDK_hashes_no_body_by_MD5()
    {
        // An ETag that looks like an MD5 and is not that of the body: the SDK's own check would fail at the end.
        var wrong = new EntityTagHeaderValue($"\"{new string('0', 32)}\"");
        using var other = AwsClients.S3(_aws, new TamperingHandler { Answer = answer => answer.Headers.ETag = wrong });
        await PutAsync("plain", "k", "one");

        using var body = await new S3Source(other, "plain").OpenAsync(Of("plain", "k"), 0, Cancellation);
        using var copy = new MemoryStream();
        await body.Stream.CopyToAsync(copy, Cancellation);

        Assert.Equal(new string('0', 32), body.ETag);
        Assert.Equal("one"u8, copy.ToArray());
    }

    [Theory]
    [InlineData(0, "0123456789")]
    [InlineData(4, "456789")]
    public async Task A_body_says_where_it_begins_and_how_long_the_object_is(long from, string expected)
    {
        var put = await PutAsync("plain", "digits", "0123456789");

        using var body = await _source.OpenAsync(Of("plain", "digits", put.ETag.Trim('"')), from, Cancellation);
        using var reader = new StreamReader(body.Stream);

        Assert.Equal((from, 10, put.ETag.Trim('"')), (body.From, body.Total, body.ETag));
        Assert.Equal(expected, await reader.ReadToEndAsync(Cancellation));
    }

    private static ObjectVersion Of(string bucket, string key, string? etag = null) => new(bucket, key, null, etag);

    private Task<PutObjectResponse> PutAsync(string bucket, string key, string body) =>
        _s3.PutObjectAsync(new PutObjectRequest { BucketName = bucket, Key = key, ContentBody = body }, Cancellation);

    private async Task<List<ListedObject>> ListAsync(string bucket, string prefix)
    {
        var all = new List<ListedObject>();
        await foreach (var listed in new S3Source(_s3, bucket).ListAsync(prefix, Cancellation))
        {
            all.Add(listed);
        }

        return all;
    }
}
