using System.Security.Cryptography;
using EtlWorker.Objects;

namespace EtlWorker.Extract;

/// <summary>
/// The bytes of one drop as a stream that counts and hashes them, and that ends only where S3 said it would: a body can
/// end early without an error.
/// </summary>
internal sealed class DropContent(ObjectBody body, TimeProvider time) : Stream
{
    /// <summary>A body from which nothing comes for so long is a broken connection that did not say so.</summary>
    private static readonly TimeSpan Silence = TimeSpan.FromSeconds(60);

    // One for all reads: a timer a read would be thousands a second.
    private readonly CancellationTokenSource _silence = new(Timeout.InfiniteTimeSpan, time);
    private readonly IncrementalHash _hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);

    /// <summary>Bytes read so far.</summary>
    public long Bytes { get; private set; }

    public override bool CanRead => true;

    public override bool CanSeek => false;

    public override bool CanWrite => false;

    public override long Length => throw new NotSupportedException();

    public override long Position
    {
        get => Bytes;
        set => throw new NotSupportedException();
    }

    /// <summary>SHA-256 of the bytes read, in hexadecimal.</summary>
    public string Sha256() => Convert.ToHexStringLower(_hash.GetCurrentHash());

    /// <exception cref="EndOfStreamException">The body ended before, or went beyond, its Content-Length.</exception>
    /// <exception cref="TimeoutException">Nothing came for a minute.</exception>
    public override async ValueTask<int> ReadAsync(Memory<byte> buffer, CancellationToken cancellationToken = default)
    {
        var read = await ReadInTimeAsync(buffer, cancellationToken);
        Bytes += read;
        if ((read == 0 && !buffer.IsEmpty && Bytes != body.ContentLength) || Bytes > body.ContentLength)
        {
            throw new EndOfStreamException($"S3 sent {Bytes} bytes of {body.ContentLength}.");
        }

        _hash.AppendData(buffer.Span[..read]);
        return read;
    }

    private async ValueTask<int> ReadInTimeAsync(Memory<byte> buffer, CancellationToken cancellationToken)
    {
        var reading = body.Stream.ReadAsync(buffer, _silence.Token);
        if (reading.IsCompletedSuccessfully)
        {
            return reading.Result;
        }

        _silence.CancelAfter(Silence);
        await using var stop = cancellationToken.UnsafeRegister(static silence => ((CancellationTokenSource)silence!).Cancel(), _silence);
        try
        {
            return await reading;
        }
        catch (OperationCanceledException) when (!cancellationToken.IsCancellationRequested)
        {
            throw new TimeoutException($"S3 sent nothing for {Silence.TotalSeconds:0} seconds, after {Bytes} of {body.ContentLength} bytes.");
        }
        catch (OperationCanceledException)
        {
            throw new OperationCanceledException(cancellationToken);
        }
        finally
        {
            _silence.CancelAfter(Timeout.InfiniteTimeSpan);
        }
    }

    public override Task<int> ReadAsync(byte[] buffer, int offset, int count, CancellationToken cancellationToken) =>
        ReadAsync(buffer.AsMemory(offset, count), cancellationToken).AsTask();

    public override int Read(byte[] buffer, int offset, int count) => throw new NotSupportedException("Read asynchronously.");

    public override void Flush()
    {
    }

    public override long Seek(long offset, SeekOrigin origin) => throw new NotSupportedException();

    public override void SetLength(long value) => throw new NotSupportedException();

    public override void Write(byte[] buffer, int offset, int count) => throw new NotSupportedException();

    protected override void Dispose(bool disposing)
    {
        if (disposing)
        {
            _hash.Dispose();
            _silence.Dispose();
            body.Dispose();
        }

        base.Dispose(disposing);
    }
}
