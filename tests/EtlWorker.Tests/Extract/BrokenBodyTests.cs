using System.Net;
using System.Net.Sockets;
using System.Security.Cryptography;
using Amazon.S3;
using EtlWorker.Domain.Drops;
using EtlWorker.Domain.Runs;
using EtlWorker.Extract;
using EtlWorker.Objects;
using Microsoft.Extensions.Time.Testing;
using Xunit;

namespace EtlWorker.Tests.Extract;

/// <summary>A body that breaks half-way goes on at the next byte, and its reader does not notice.</summary>
public sealed class BrokenBodyTests : IAsyncDisposable
{
    private static readonly byte[] Object = "order_id,quantity\n1,2\n"u8.ToArray();
    private static readonly IOException Reset = new("Connection reset by peer.");

    private readonly List<long> _asked = [];
    private readonly Queue<Func<long, CancellationToken, Task<ObjectBody>>> _answers = new();
    private readonly RecordingLogger _log = new();
    private readonly FakeTimeProvider _time = new();
    private readonly CancellationTokenSource _stop = new();
    private Backoff _backoff = new(TimeSpan.Zero, TimeSpan.Zero, new Random(1));
    private DropContent? _content;

    public static TheoryData<Exception> Breaks => [
        Reset,
        new HttpIOException(HttpRequestError.ResponseEnded),
        new HttpRequestException("No route to host."),
        new SocketException((int)SocketError.ConnectionReset),
        new OperationCanceledException("The client's own time limit.")];

    public static TheoryData<Exception> Refusals => [
        new AmazonS3Exception("Access Denied") { StatusCode = HttpStatusCode.Forbidden, ErrorCode = "AccessDenied" },
        new DropChangedException(
            new Drop { Id = 1, Feed = "orders", Bucket = "drops", Key = "orders.csv", Size = 0, EventTime = DateTimeOffset.UnixEpoch })];

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    public async ValueTask DisposeAsync()
    {
        _stop.Dispose();
        if (_content is not null)
        {
            await _content.DisposeAsync();
        }
    }

    [Theory]
    [MemberData(nameof(Breaks))]
    public async Task A_broken_connection_goes_on_at_the_next_byte(Exception fault)
    {
        var broken = new BreakingStream(Object[..5], fault);
        Answer(from => Body(from, broken));
        Answer(from => Body(from, new BreakingStream(Object[5..9], fault)));
        Answer(from => Body(from, new MemoryStream(Object[9..])));

        Assert.Equal(Object, await ReadAsync());
        Assert.Equal([5, 9], _asked);
        Assert.Equal(Object.Length, _content!.Bytes);
        Assert.Equal(Convert.ToHexStringLower(SHA256.HashData(Object)), _content.Sha256());
        Assert.True(broken.IsDisposed);
    }

    [Fact]
    public async Task A_body_that_ends_early_without_an_error_goes_on_as_well()
    {
        Answer(from => Body(from, new MemoryStream(Object[..5])));
        Answer(from => Body(from, new MemoryStream(Object[5..])));

        Assert.Equal(Object, await ReadAsync());
        Assert.Equal([5], _asked);
    }

    [Fact]
    public async Task A_body_that_breaks_before_its_first_byte_is_opened_whole()
    {
        Answer(from => Body(from, new BreakingStream([], Reset)));
        Answer(from => Body(from, new MemoryStream(Object)));

        Assert.Equal(Object, await ReadAsync());
        Assert.Equal([0], _asked);
    }

    [Fact]
    public async Task A_connection_that_breaks_after_the_last_byte_has_lost_nothing()
    {
        Answer(from => Body(from, new BreakingStream(Object, Reset)));

        Assert.Equal(Object, await ReadAsync());
        Assert.Empty(_asked);
    }

    [Fact]
    public async Task Each_break_is_logged_once_with_key_byte_and_fault()
    {
        Answer(from => Body(from, new BreakingStream(Object[..5], Reset)));
        Answer(from => Body(from, new MemoryStream(Object[5..])));

        await ReadAsync();

        Assert.Equal(
            ["Warning: orders.csv broke at byte 5 of 22, resuming in 0.0 s (break 1 of 5): Connection reset by peer."], _log.Lines);
    }

    [Theory]
    [InlineData(HttpStatusCode.ServiceUnavailable, "SlowDown")]
    [InlineData(HttpStatusCode.InternalServerError, "InternalError")]
    [InlineData(HttpStatusCode.TooManyRequests, "")]
    [InlineData(HttpStatusCode.BadRequest, "RequestTimeout")]
    [InlineData(HttpStatusCode.BadRequest, "ThrottlingException")]
    public async Task A_server_in_trouble_is_asked_again(HttpStatusCode status, string code)
    {
        Answer(from => Body(from, new BreakingStream(Object[..5], Reset)));
        var answer = new AmazonS3Exception("Please wait.") { StatusCode = status, ErrorCode = code };
        Answer(_ => throw new FaultException(S3Fault.Of(answer, "landing")!, answer));
        Answer(from => Body(from, new MemoryStream(Object[5..])));

        Assert.Equal(Object, await ReadAsync());
        Assert.Equal([5, 5], _asked);
    }

    [Fact]
    public async Task The_sixth_break_is_the_last_and_its_fault_is_thrown()
    {
        var last = new HttpRequestException("No route to host.");
        for (var broken = 0; broken < 5; broken++)
        {
            var upTo = broken + 1;
            Answer(from => Body(from, new BreakingStream(Object[(int)from..upTo], Reset)));
        }

        Answer(_ => throw last);

        Assert.Same(last, await Assert.ThrowsAsync<HttpRequestException>(ReadAsync));
        Assert.Equal([1, 2, 3, 4, 5], _asked);
    }

    [Theory]
    [MemberData(nameof(Refusals))]
    public async Task What_does_not_pass_is_not_asked_twice(Exception refusal)
    {
        Answer(from => Body(from, new BreakingStream(Object[..5], Reset)));
        Answer(_ => throw refusal);

        Assert.Same(refusal, await Assert.ThrowsAnyAsync<Exception>(ReadAsync));
        Assert.Equal([5], _asked);
    }

    [Theory]
    [InlineData(0, 22)] // An endpoint that does not know Range and answers 200.
    [InlineData(6, 22)]
    [InlineData(5, 23)]
    public async Task An_answer_with_other_bytes_than_those_asked_for_is_not_believed(long begins, long total)
    {
        var wrong = new BreakingStream(Object[5..], Reset);
        Answer(from => Body(from, new BreakingStream(Object[..5], Reset)));
        for (var asked = 0; asked < 5; asked++)
        {
            Answer(_ => new ObjectBody { Stream = wrong, From = begins, Total = total, ETag = "e" });
        }

        var fault = await Assert.ThrowsAsync<IOException>(ReadAsync);

        Assert.Equal($"the source was asked for bytes from 5 of 22 on and answered with those from {begins} of {total}.", fault.Message);
        Assert.True(wrong.IsDisposed);
    }

    [Fact]
    public async Task A_body_that_falls_silent_for_a_minute_is_a_broken_connection()
    {
        for (var silence = 0; silence < 6; silence++)
        {
            Answer(from => Body(from, new BreakingStream([], null)));
        }

        var reading = ReadAsync();
        for (var silence = 0; silence < 6; silence++)
        {
            _time.Advance(TimeSpan.FromSeconds(59));
            Assert.Equal(silence, _log.Lines.Count);
            Assert.False(reading.IsCompleted);
            _time.Advance(TimeSpan.FromSeconds(1));
        }

        var fault = await Assert.ThrowsAsync<TimeoutException>(() => reading.WaitAsync(Cancellation));
        Assert.Equal("the source sent nothing for 60 seconds, after 0 of 22 bytes.", fault.Message);
        Assert.Equal(5, _log.Lines.Count);
    }

    [Fact]
    public async Task A_resume_that_is_not_answered_for_a_minute_is_asked_again()
    {
        Answer(from => Body(from, new BreakingStream(Object[..5], Reset)));
        _answers.Enqueue(async (_, stop) => throw await BreakingStream.UntilCancelledAsync(stop));
        Answer(from => Body(from, new MemoryStream(Object[5..])));

        var reading = ReadAsync();
        _time.Advance(TimeSpan.FromSeconds(60));

        Assert.Equal([5, 5], _asked);
        Assert.Equal(Object, await reading.WaitAsync(Cancellation));
    }

    [Fact]
    public async Task A_resume_waits_for_the_back_off()
    {
        _backoff = new Backoff(TimeSpan.FromSeconds(1), TimeSpan.FromSeconds(30), new Largest());
        Answer(from => Body(from, new BreakingStream(Object[..5], Reset)));
        Answer(_ => throw Reset);
        Answer(from => Body(from, new MemoryStream(Object[5..])));

        var reading = ReadAsync();
        foreach (var (asked, seconds) in new[] { (0, 1), (1, 2) })
        {
            _time.Advance(TimeSpan.FromSeconds(seconds - 0.1));
            Assert.Equal(asked, _asked.Count);
            _time.Advance(TimeSpan.FromSeconds(0.1));
            Assert.Equal(asked + 1, _asked.Count);
        }

        Assert.Equal(Object, await reading.WaitAsync(Cancellation));
    }

    [Fact]
    public async Task A_stop_while_it_waits_ends_it_as_cancelled()
    {
        _backoff = new Backoff(TimeSpan.FromSeconds(1), TimeSpan.FromSeconds(30), new Largest());
        Answer(from => Body(from, new BreakingStream(Object[..5], Reset)));
        var reading = ReadAsync();

        await _stop.CancelAsync();

        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => reading.WaitAsync(Cancellation));
        Assert.Empty(_asked);
    }

    [Fact]
    public async Task A_stop_while_it_is_opened_again_ends_it_as_cancelled()
    {
        Answer(from => Body(from, new BreakingStream(Object[..5], Reset)));
        _answers.Enqueue(async (_, stop) => throw await BreakingStream.UntilCancelledAsync(stop));
        var reading = ReadAsync();

        await _stop.CancelAsync();

        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => reading.WaitAsync(Cancellation));
        Assert.Equal([5], _asked);
        Assert.Single(_log.Lines);
    }

    private static ObjectBody Body(long from, Stream stream) => new() { Stream = stream, From = from, Total = Object.Length, ETag = "e" };

    private void Answer(Func<long, ObjectBody> answer) => _answers.Enqueue((from, _) => Task.FromResult(answer(from)));

    private async Task<byte[]> ReadAsync()
    {
        var first = await _answers.Dequeue()(0, Cancellation);
        _content = new DropContent("orders.csv", first, ReopenAsync, _backoff, _time, _log);
        using var copy = new MemoryStream();
        await _content.CopyToAsync(copy, _stop.Token);
        return copy.ToArray();
    }

    private Task<ObjectBody> ReopenAsync(long from, CancellationToken cancellationToken)
    {
        _asked.Add(from);
        return _answers.Dequeue()(from, cancellationToken);
    }

    /// <summary>Jitter at its end, so that a wait is its bound.</summary>
    private sealed class Largest : Random
    {
        public override double NextDouble() => 1;
    }
}
