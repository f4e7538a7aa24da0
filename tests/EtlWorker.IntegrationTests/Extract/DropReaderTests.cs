using System.Net;
using System.Security.Cryptography;
using Amazon.S3;
using Amazon.S3.Model;
using EtlWorker.Domain.Drops;
using EtlWorker.Domain.Runs;
using EtlWorker.Extract;
using EtlWorker.IntegrationTests.StandIns;
using EtlWorker.Objects;
using EtlWorker.StandIns;
using EtlWorker.StandIns.Http;
using Microsoft.Extensions.Logging.Abstractions;
using Microsoft.Extensions.Time.Testing;
using Xunit;

namespace EtlWorker.IntegrationTests.Extract;

/// <summary>Promise 7, exact bytes: the drop's own bytes, all of them, or a fault.</summary>
public sealed class DropReaderTests(ITestOutputHelper output) : IAsyncLifetime
{
    private const string Key = "orders_data/orders.csv";

    private readonly ImpatientTime _time = new();
    private readonly FakeTimeProvider _clockOfS3 = new();
    private LocalAws _aws = null!;
    private AmazonS3Client _s3 = null!;
    private DropReader _drops = null!;

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    public async ValueTask InitializeAsync()
    {
        _aws = await LocalAws.StartAsync(new LocalAwsOptions { TimeProvider = _clockOfS3 }, Cancellation);
        _s3 = AwsClients.S3(_aws);
        _drops = new DropReader(new S3Source(_s3, "landing"), _time, NullLogger<DropReader>.Instance);
        _aws.CreateBucket("versioned");
        _aws.CreateBucket("plain", isVersioned: false);
    }

    public async ValueTask DisposeAsync()
    {
        _s3.Dispose();
        await _aws.DisposeAsync();
    }

    [Theory]
    [InlineData("versioned")]
    [InlineData("plain")]
    public async Task A_body_cut_at_any_bytes_arrives_whole(string bucket)
    {
        var seed = Environment.TickCount;
        output.WriteLine($"seed {seed}");
        var random = new Random(seed);
        for (var round = 0; round < 30; round++)
        {
            var bytes = new byte[random.Next(1, 400_000)];
            random.NextBytes(bytes);
            var drop = await DropAsync(bucket, bytes);
            for (var cuts = random.Next(1, 6); cuts > 0; cuts--)
            {
                _aws.Faults.CutBody(random.Next(bytes.Length));
            }

            await using var content = await _drops.OpenAsync(drop, Cancellation);
            var read = await ReadAsync(content);
            _aws.Faults.Clear();

            Assert.Equal(Hash(bytes), Hash(read));
            Assert.Equal((bytes.Length, Hash(bytes)), (content.Bytes, content.Sha256()));
        }
    }

    [Fact]
    public async Task An_empty_drop_is_read_to_its_end()
    {
        await using var content = await _drops.OpenAsync(await DropAsync("plain", []), Cancellation);

        Assert.Empty(await ReadAsync(content));
    }

    [Fact]
    public async Task A_body_cut_more_often_than_allowed_is_a_broken_connection()
    {
        await using var content = await OpenAsync("plain", () => _aws.Faults.CutBody(1000, times: 6));

        await Assert.ThrowsAnyAsync<IOException>(() => ReadAsync(content));
        Assert.Equal(6000, content.Bytes);
    }

    [Fact]
    public async Task A_server_that_is_busy_when_asked_to_resume_is_asked_again()
    {
        await using var content = await OpenAsync("plain", () => _aws.Faults.CutBody(1000));
        _aws.Faults.Fail(AwsService.S3, times: 2);
        _aws.Faults.LoseReply(AwsService.S3, when: request => request.Operation == "GET");

        Assert.Equal(Hash(Sample), Hash(await ReadAsync(content)));
    }

    [Fact]
    public async Task A_body_that_falls_silent_is_resumed()
    {
        // Its clock stands still: the next chunk never comes.
        await using var content = await OpenAsync("plain", () => _aws.Faults.SlowBody(1000, TimeSpan.FromDays(1), times: 1));
        var reading = ReadAsync(content);

        _time.Advance(TimeSpan.FromSeconds(60));

        Assert.Equal(Hash(Sample), Hash(await reading));
    }

    [Fact]
    public async Task A_drop_overwritten_while_it_is_read_is_changed()
    {
        await using var content = await OpenAsync("plain", () => _aws.Faults.CutBody(1000));
        await DropAsync("plain", new byte[Sample.Length]);

        await AssertChangedAsync("PreconditionFailed", () => ReadAsync(content));
    }

    [Fact]
    public async Task A_drop_deleted_while_it_is_read_is_changed()
    {
        await using var content = await OpenAsync("plain", () => _aws.Faults.CutBody(1000));
        await _s3.DeleteObjectAsync("plain", Key, Cancellation);

        await AssertChangedAsync("NoSuchKey", () => ReadAsync(content));
    }

    [Fact]
    public async Task An_old_version_is_read_to_its_end_although_it_is_overwritten_and_deleted()
    {
        await using var content = await OpenAsync("versioned", () => _aws.Faults.CutBody(1000));
        await DropAsync("versioned", new byte[Sample.Length]);
        await _s3.DeleteObjectAsync("versioned", Key, Cancellation);

        Assert.Equal(Hash(Sample), Hash(await ReadAsync(content)));
    }

    [Fact]
    public async Task A_drop_overwritten_or_deleted_before_it_is_opened_is_changed()
    {
        var drop = await DropAsync("plain", Sample);
        await DropAsync("plain", new byte[Sample.Length]);
        await AssertChangedAsync("PreconditionFailed", () => _drops.OpenAsync(drop, Cancellation));

        await _s3.DeleteObjectAsync("plain", Key, Cancellation);
        await AssertChangedAsync("NoSuchKey", () => _drops.OpenAsync(drop, Cancellation));
    }

    [Fact]
    public async Task A_version_that_is_deleted_or_is_a_delete_marker_is_changed()
    {
        var drop = await DropAsync("versioned", Sample);
        await _s3.DeleteObjectAsync("versioned", Key, drop.VersionId, Cancellation);
        await AssertChangedAsync("NoSuchVersion", () => _drops.OpenAsync(drop, Cancellation));

        var marker = await _s3.DeleteObjectAsync("versioned", Key, Cancellation);
        await AssertChangedAsync("MethodNotAllowed", () => _drops.OpenAsync(drop with { VersionId = marker.VersionId }, Cancellation));
        await AssertChangedAsync("NoSuchKey", () => _drops.OpenAsync(drop with { VersionId = null }, Cancellation));
    }

    [Theory]
    [InlineData(HttpStatusCode.NotFound, "NoSuchBucket")]
    [InlineData(HttpStatusCode.Forbidden, "AccessDenied")]
    [InlineData(HttpStatusCode.ServiceUnavailable, "SlowDown")]
    public async Task What_says_nothing_of_the_drop_stays_as_it_is(HttpStatusCode status, string code)
    {
        var drop = await DropAsync("plain", Sample);
        _aws.Faults.Fail(AwsService.S3, status: (int)status, code: code);

        var fault = await Assert.ThrowsAsync<FaultException>(() => _drops.OpenAsync(drop, Cancellation));
        var answer = Assert.IsAssignableFrom<AmazonS3Exception>(fault.InnerException);
        Assert.Equal((status, code), (answer.StatusCode, answer.ErrorCode));
    }

    [Fact]
    public async Task An_endpoint_that_does_not_know_Range_is_not_believed()
    {
        using var other = AwsClients.S3(_aws, new TamperingHandler { Request = request => request.Headers.Range = null });
        _aws.Faults.CutBody(1000, times: 10);
        await using var content = await new DropReader(new S3Source(other, "landing"), _time, NullLogger<DropReader>.Instance)
            .OpenAsync(await DropAsync("plain", Sample), Cancellation);

        var fault = await Assert.ThrowsAsync<IOException>(() => ReadAsync(content));
        Assert.StartsWith(
            "the source was asked for bytes from 1000 of 500000 on and answered with those from 0", fault.Message,
            StringComparison.Ordinal);
    }

    [Fact]
    public async Task An_endpoint_that_does_not_know_If_Match_is_seen_through()
    {
        using var other = AwsClients.S3(_aws, new TamperingHandler { Request = request => request.Headers.IfMatch.Clear() });
        var drops = new DropReader(new S3Source(other, "landing"), _time, NullLogger<DropReader>.Instance);
        var drop = await DropAsync("plain", Sample);
        _aws.Faults.CutBody(1000);
        await using var content = await drops.OpenAsync(drop, Cancellation);
        await DropAsync("plain", new byte[Sample.Length]);

        await Assert.ThrowsAsync<DropChangedException>(() => ReadAsync(content));
        await Assert.ThrowsAsync<DropChangedException>(() => drops.OpenAsync(drop, Cancellation));
    }

    private static byte[] Sample { get; } = RandomNumberGenerator.GetBytes(500_000);

    private static string Hash(byte[] bytes) => Convert.ToHexStringLower(SHA256.HashData(bytes));

    private static async Task<byte[]> ReadAsync(DropContent content)
    {
        using var copy = new MemoryStream();
        await content.CopyToAsync(copy, Cancellation);
        return copy.ToArray();
    }

    private static async Task AssertChangedAsync(string code, Func<Task> read)
    {
        var changed = await Assert.ThrowsAsync<DropChangedException>(read);
        Assert.Equal(Key, changed.Drop.Key);
        Assert.Contains(
            $"{Key} was deleted or overwritten after its event of 2000-01-01 00:00:00 UTC", changed.Message, StringComparison.Ordinal);
        Assert.Equal(code, Assert.IsAssignableFrom<AmazonS3Exception>(changed.InnerException?.InnerException).ErrorCode);
    }

    private async Task<DropContent> OpenAsync(string bucket, Action fault)
    {
        var drop = await DropAsync(bucket, Sample);
        fault();
        return await _drops.OpenAsync(drop, Cancellation);
    }

    private async Task<Drop> DropAsync(string bucket, byte[] bytes)
    {
        var put = await _s3.PutObjectAsync(
            new PutObjectRequest { BucketName = bucket, Key = Key, InputStream = new MemoryStream(bytes) }, Cancellation);
        return new Drop
        {
            Id = 1,
            Feed = "orders",
            Bucket = bucket,
            Key = Key,
            VersionId = put.VersionId,
            ETag = put.ETag.Trim('"'),
            Size = bytes.Length,
            EventTime = _clockOfS3.GetUtcNow(),
        };
    }
}
