using System.Security.Cryptography;
using Amazon.S3.Model;
using EtlWorker.Extract;
using EtlWorker.Objects;
using Microsoft.Extensions.Time.Testing;
using Xunit;

namespace EtlWorker.Tests.Extract;

public sealed class DropContentTests
{
    private static readonly byte[] Body = "order_id\n1\n"u8.ToArray();

    [Fact]
    public async Task Bytes_are_given_counted_and_hashed()
    {
        await using var content = Of(Body, Body.Length);
        using var copy = new MemoryStream();
        await content.CopyToAsync(copy, TestContext.Current.CancellationToken);

        Assert.Equal(Body, copy.ToArray());
        Assert.Equal(Body.Length, content.Bytes);
        Assert.Equal(Convert.ToHexStringLower(SHA256.HashData(Body)), content.Sha256());
    }

    [Theory]
    [InlineData(12)]
    [InlineData(10)]
    [InlineData(0)]
    public async Task A_body_of_another_length_than_S3_announced_is_no_end_of_the_file(int announced)
    {
        await using var content = Of(Body, announced);
        var fault = await Assert.ThrowsAsync<EndOfStreamException>(() => content.CopyToAsync(Stream.Null, TestContext.Current.CancellationToken));
        Assert.Equal($"S3 sent 11 bytes of {announced}.", fault.Message);
    }

    [Fact]
    public async Task An_empty_object_ends_at_once()
    {
        await using var content = Of([], 0);
        Assert.Equal(0, await content.ReadAsync(new byte[10], TestContext.Current.CancellationToken));
    }

    [Fact]
    public async Task A_body_that_falls_silent_for_a_minute_is_a_broken_connection()
    {
        var time = new FakeTimeProvider();
        await using var content = new DropContent(
            new ObjectBody(new GetObjectResponse { ResponseStream = new SilentStream(), ContentLength = 10 }), time);
        var reading = content.ReadAsync(new byte[10], TestContext.Current.CancellationToken).AsTask();

        time.Advance(TimeSpan.FromSeconds(59));
        Assert.False(reading.IsCompleted);
        time.Advance(TimeSpan.FromSeconds(1));

        var fault = await Assert.ThrowsAsync<TimeoutException>(() => reading.WaitAsync(TestContext.Current.CancellationToken));
        Assert.Equal("S3 sent nothing for 60 seconds, after 0 of 10 bytes.", fault.Message);
    }

    [Fact]
    public async Task A_stop_ends_a_silent_read_as_cancelled()
    {
        using var stop = new CancellationTokenSource();
        await using var content = new DropContent(
            new ObjectBody(new GetObjectResponse { ResponseStream = new SilentStream(), ContentLength = 10 }), new FakeTimeProvider());
        var reading = content.ReadAsync(new byte[10], stop.Token).AsTask();

        await stop.CancelAsync();

        var ended = await Assert.ThrowsAnyAsync<OperationCanceledException>(() => reading.WaitAsync(TestContext.Current.CancellationToken));
        Assert.Equal(stop.Token, ended.CancellationToken);
    }

    private static DropContent Of(byte[] body, long announced) =>
        new(new ObjectBody(new GetObjectResponse { ResponseStream = new MemoryStream(body), ContentLength = announced }), new FakeTimeProvider());

    /// <summary>Gives nothing until it is cancelled.</summary>
    private sealed class SilentStream : MemoryStream
    {
        public override async ValueTask<int> ReadAsync(Memory<byte> buffer, CancellationToken cancellationToken = default)
        {
            await Task.Delay(Timeout.InfiniteTimeSpan, new FakeTimeProvider(), cancellationToken);
            return 0;
        }
    }
}
