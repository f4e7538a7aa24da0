using System.Net;
using Amazon.S3;
using Amazon.S3.Model;
using Amazon.SQS;
using Amazon.SQS.Model;
using EtlWorker.StandIns;
using EtlWorker.StandIns.Http;
using Microsoft.Extensions.Time.Testing;
using Xunit;

namespace EtlWorker.IntegrationTests.StandIns;

public sealed class FaultTests : IAsyncLifetime
{
    private LocalAws _aws = null!;
    private AmazonS3Client _s3 = null!;
    private AmazonSQSClient _sqs = null!;
    private string _queueUrl = null!;

    // The time that really passes, not the stand-in's.
#pragma warning disable RS0030
    private static TimeProvider RealTime => TimeProvider.System;
#pragma warning restore RS0030

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    public async ValueTask InitializeAsync()
    {
        _aws = await LocalAws.StartAsync(cancellationToken: Cancellation);
        _s3 = AwsClients.S3(_aws);
        _sqs = AwsClients.Sqs(_aws);
        _aws.CreateBucket("drops");
        _queueUrl = _aws.CreateQueue("q");
    }

    public async ValueTask DisposeAsync()
    {
        _s3.Dispose();
        _sqs.Dispose();
        await _aws.DisposeAsync();
    }

    [Fact]
    public async Task A_failure_strikes_as_often_as_asked_and_only_what_matches()
    {
        await Put("k", 1);
        _aws.Faults.Fail(AwsService.S3, times: 1, when: request => request.Operation == "GET");
        _aws.Faults.Fail(AwsService.Sqs, status: 500, code: "InternalError", when: request => request.Operation == "SendMessage");

        await Put("k", 1);
        var slowDown = await Assert.ThrowsAsync<AmazonS3Exception>(() => _s3.GetObjectAsync("drops", "k", Cancellation));
        using var second = await _s3.GetObjectAsync("drops", "k", Cancellation);
        var broken = await Assert.ThrowsAnyAsync<AmazonSQSException>(() => _sqs.SendMessageAsync(_queueUrl, "x", Cancellation));

        Assert.Equal((HttpStatusCode.ServiceUnavailable, "SlowDown"), (slowDown.StatusCode, slowDown.ErrorCode));
        Assert.Equal(HttpStatusCode.InternalServerError, broken.StatusCode);
    }

    [Fact]
    public async Task A_cut_body_ends_in_an_error_after_the_bytes_allowed()
    {
        await Put("big", 5_000_000);
        _aws.Faults.CutBody(afterBytes: 1_000_000);

        using var got = await _s3.GetObjectAsync("drops", "big", Cancellation);
        var buffer = new byte[64 * 1024];
        var read = 0L;
        await Assert.ThrowsAnyAsync<IOException>(async () =>
        {
            // An end in silence, without an error, fails the test: no exception comes.
            for (var count = -1; count != 0; read += count)
                count = await got.ResponseStream.ReadAsync(buffer, Cancellation);
        });

        Assert.Equal(5_000_000, got.ContentLength);
        Assert.Equal(1_000_000, read);
    }

    [Fact]
    public async Task A_slow_body_comes_chunk_by_chunk_with_the_clock()
    {
        var clock = new FakeTimeProvider();
        await using var aws = await LocalAws.StartAsync(new LocalAwsOptions { TimeProvider = clock }, Cancellation);
        aws.CreateBucket("drops");
        using var http = new HttpClient { BaseAddress = aws.Endpoint };
        using var body = new StringContent("abc");
        using var put = await http.PutAsync(new Uri("/drops/k", UriKind.Relative), body, Cancellation);
        aws.Faults.SlowBody(chunkBytes: 1, TimeSpan.FromHours(1));

        var get = http.GetStringAsync(new Uri("/drops/k", UriKind.Relative), Cancellation);
        var hours = 0;
        for (; !get.IsCompleted; hours++)
        {
            clock.Advance(TimeSpan.FromHours(1));
            await Task.WhenAny(get, Task.Delay(TimeSpan.FromMilliseconds(10), RealTime, Cancellation));
        }

        Assert.Equal("abc", await get);
        Assert.True(hours >= 3);
    }

    [Fact]
    public async Task A_slow_or_cut_body_comes_after_its_headers()
    {
        await using var aws = await LocalAws.StartAsync(new LocalAwsOptions { TimeProvider = new FakeTimeProvider() }, Cancellation);
        aws.CreateBucket("drops");
        using var http = new HttpClient { BaseAddress = aws.Endpoint };
        using var body = new StringContent("abc");
        using var put = await http.PutAsync(new Uri("/drops/k", UriKind.Relative), body, Cancellation);
        aws.Faults.SlowBody(chunkBytes: 1, TimeSpan.FromHours(1), times: 1);
        aws.Faults.CutBody(afterBytes: 0);

        using var slow = await http.GetAsync(new Uri("/drops/k", UriKind.Relative), HttpCompletionOption.ResponseHeadersRead, Cancellation);
        using var cut = await http.GetAsync(new Uri("/drops/k", UriKind.Relative), HttpCompletionOption.ResponseHeadersRead, Cancellation);

        Assert.Equal((3, 3), (slow.Content.Headers.ContentLength, cut.Content.Headers.ContentLength));
        await Assert.ThrowsAnyAsync<Exception>(() => cut.Content.ReadAsStringAsync(Cancellation));
    }

    [Fact]
    public async Task A_service_made_unreachable_comes_back_when_restored()
    {
        _aws.Faults.MakeUnreachable(AwsService.Sqs);
        await Assert.ThrowsAnyAsync<Exception>(() => _sqs.ListQueuesAsync("", Cancellation));
        await Put("k", 1);

        _aws.Faults.Restore(AwsService.Sqs);

        Assert.Single((await _sqs.ListQueuesAsync("", Cancellation)).QueueUrls);
    }

    [Fact]
    public async Task A_lost_reply_has_had_its_effect()
    {
        _aws.Faults.LoseReply(AwsService.Sqs, when: request => request.Operation == "SendMessage");

        await Assert.ThrowsAsync<HttpRequestException>(() => _sqs.SendMessageAsync(_queueUrl, "once", Cancellation));

        Assert.Equal(["once"], await Bodies());
    }

    [Fact]
    public async Task Messages_come_twice_or_in_reverse_when_asked()
    {
        _aws.Faults.DeliverCopies("q", 2);
        await _sqs.SendMessageAsync(_queueUrl, "twin", Cancellation);
        Assert.Equal(["twin", "twin"], await Bodies());

        _aws.Faults.DeliverCopies("q", 1);
        _aws.Faults.Hold("q");
        foreach (var body in new[] { "1", "2", "3" })
            await _sqs.SendMessageAsync(_queueUrl, body, Cancellation);
        Assert.Empty(await Bodies());

        _aws.Faults.ReleaseReversed("q");
        Assert.Equal(["3", "2", "1"], await Bodies());
    }

    private async Task<List<string>> Bodies()
    {
        var received = await _sqs.ReceiveMessageAsync(
            new ReceiveMessageRequest { QueueUrl = _queueUrl, MaxNumberOfMessages = 10 }, Cancellation);
        return [.. (received.Messages ?? []).Select(message => message.Body)];
    }

    private Task<PutObjectResponse> Put(string key, int bytes) =>
        _s3.PutObjectAsync(
            new PutObjectRequest { BucketName = "drops", Key = key, InputStream = new MemoryStream(new byte[bytes]) }, Cancellation);
}
