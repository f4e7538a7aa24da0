using System.Security.Cryptography;
using EtlWorker.Domain.Runs;
using EtlWorker.Extract;
using EtlWorker.Objects;
using Microsoft.Extensions.Logging.Abstractions;
using Microsoft.Extensions.Time.Testing;
using Xunit;

namespace EtlWorker.Tests.Extract;

public sealed class DropContentTests
{
    private static readonly byte[] Body = "order_id\n1\n"u8.ToArray();

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Bytes_are_given_counted_and_hashed()
    {
        await using var content = Of(Whole(new MemoryStream(Body)));
        using var copy = new MemoryStream();
        await content.CopyToAsync(copy, Cancellation);

        Assert.Equal(Body, copy.ToArray());
        Assert.Equal(Body.Length, content.Bytes);
        Assert.Equal(Convert.ToHexStringLower(SHA256.HashData(Body)), content.Sha256());
    }

    [Theory]
    [InlineData(10)]
    [InlineData(0)]
    public async Task A_body_longer_than_S3_announced_is_not_believed(int announced)
    {
        await using var content = Of(Whole(new MemoryStream(Body), announced));
        var fault = await Assert.ThrowsAsync<EndOfStreamException>(() => content.CopyToAsync(Stream.Null, Cancellation));
        Assert.Equal($"the source sent 11 bytes of {announced}.", fault.Message);
    }

    [Fact]
    public async Task An_empty_object_ends_at_once()
    {
        await using var content = Of(Whole(new MemoryStream(), 0));
        Assert.Equal(0, await content.ReadAsync(new byte[10], Cancellation));
    }

    [Fact]
    public async Task A_stop_ends_a_silent_read_as_cancelled()
    {
        using var stop = new CancellationTokenSource();
        await using var content = Of(Whole(new BreakingStream([], null)));
        var reading = content.ReadAsync(new byte[10], stop.Token).AsTask();

        await stop.CancelAsync();

        var ended = await Assert.ThrowsAnyAsync<OperationCanceledException>(() => reading.WaitAsync(Cancellation));
        Assert.Equal(stop.Token, ended.CancellationToken);
    }

    private static ObjectBody Whole(Stream stream, long? announced = null) =>
        new() { Stream = stream, From = 0, Total = announced ?? Body.Length, ETag = "e" };

    private static DropContent Of(ObjectBody body) => new(
        "orders.csv", body, (_, _) => throw new InvalidOperationException("It must not be opened again."),
        new Backoff(TimeSpan.Zero, TimeSpan.Zero, new Random(1)), new FakeTimeProvider(), NullLogger.Instance);
}
