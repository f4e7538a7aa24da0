using System.Runtime.CompilerServices;
using System.Security.Cryptography;
using EtlWorker.Domain.Runs;
using EtlWorker.Faults;
using EtlWorker.Objects;
using Microsoft.Extensions.Logging;

namespace EtlWorker.Extract;

/// <summary>
/// The bytes of one drop as one unbroken stream that counts and hashes them, and that ends only where S3 said it would: a
/// body that breaks half-way is opened again at the byte that was not yet read.
/// </summary>
/// <param name="key">The object's key, for the log.</param>
/// <param name="first">The body from its first byte.</param>
/// <param name="reopen">Opens the same version again at a byte.</param>
/// <param name="backoff">How long to wait before that.</param>
/// <param name="time">Measures silence and waits.</param>
/// <param name="logger">Is told of every break.</param>
internal sealed partial class DropContent(
    string key, ObjectBody first, Func<long, CancellationToken, Task<ObjectBody>> reopen, Backoff backoff, TimeProvider time,
    ILogger logger) : ForwardStream
{
    private const int RestBytes = 64 << 10;

    /// <summary>How often one drop may break.</summary>
    private const int MostBreaks = 5;

    /// <summary>A connection on which nothing comes for so long is broken and did not say so.</summary>
    private static readonly TimeSpan Silence = TimeSpan.FromSeconds(60);

    private readonly IncrementalHash _hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
    private readonly long _total = first.Total;
    private readonly string? _promised = first.Sha256;
    private ObjectBody? _body = first;
    private int _breaks;

    // One for all reads: a timer a read would be thousands a second.
    private CancellationTokenSource _silence = new(Timeout.InfiniteTimeSpan, time);

    /// <summary>Bytes read so far.</summary>
    public long Bytes { get; private set; }

    /// <summary>SHA-256 of the bytes read, in hexadecimal.</summary>
    public string Sha256() => Convert.ToHexStringLower(_hash.GetCurrentHash());

    /// <summary>
    /// Whether all bytes are those that were promised; what is not read yet is read for that. Where nothing was promised, the source gives
    /// a version as it was.
    /// </summary>
    /// <exception cref="DropChangedException">The drop was deleted or overwritten meanwhile.</exception>
    public async Task<bool> IsAsPromisedAsync(CancellationToken cancellationToken)
    {
        if (_promised is null)
        {
            return true;
        }

        var rest = new byte[RestBytes];
        while (await ReadAsync(rest, cancellationToken) > 0)
        {
        }

        return _promised == Sha256();
    }

    /// <exception cref="DropChangedException">The body broke, and the drop was deleted or overwritten meanwhile.</exception>
    /// <exception cref="IOException">The body broke too often, or is longer than its Content-Length.
    /// Other faults of a connection may come as well.</exception>
    /// <exception cref="TimeoutException">The body broke too often, at last by silence.</exception>
    // Pooled, as what it calls: a read that has to wait allocates nothing of ours.
    [AsyncMethodBuilder(typeof(PoolingAsyncValueTaskMethodBuilder<>))]
    public override async ValueTask<int> ReadAsync(Memory<byte> buffer, CancellationToken cancellationToken = default)
    {
        var read = await ReadThroughBreaksAsync(buffer, cancellationToken);
        if (Bytes + read > _total)
        {
            throw new EndOfStreamException($"the source sent {Bytes + read} bytes of {_total}.");
        }

        _hash.AppendData(buffer.Span[..read]);
        Bytes += read;
        return read;
    }

    [AsyncMethodBuilder(typeof(PoolingAsyncValueTaskMethodBuilder<>))]
    private async ValueTask<int> ReadThroughBreaksAsync(Memory<byte> buffer, CancellationToken cancellationToken)
    {
        while (true)
        {
            cancellationToken.ThrowIfCancellationRequested();
            if (_body is null && Bytes == _total)
            {
                // It broke when there was nothing left to read: S3 refuses a range that begins at the end.
                return 0;
            }

            if (_silence.IsCancellationRequested)
            {
                // Not disposed: it may still be telling its listeners.
                _silence = new CancellationTokenSource(Timeout.InfiniteTimeSpan, time);
            }

            try
            {
                _body ??= await ReopenAsync(cancellationToken);
                var reading = _body.Stream.ReadAsync(buffer, _silence.Token);
                var read = reading.IsCompletedSuccessfully ? reading.Result : await InTimeAsync(reading, cancellationToken);
                return read > 0 || buffer.IsEmpty || Bytes == _total
                    ? read
                    : throw new EndOfStreamException($"the source sent {Bytes} bytes of {_total}.");
            }
            catch (Exception fault) when (
                _breaks < MostBreaks && FaultClassifier.IsPassing(fault) && !cancellationToken.IsCancellationRequested)
            {
                await BreakAsync(fault, cancellationToken);
            }
        }
    }

    private async Task BreakAsync(Exception fault, CancellationToken cancellationToken)
    {
        _body?.Dispose();
        _body = null;
        _breaks++;
        var wait = backoff.Next();
        LogBreak(key, Bytes, _total, wait.TotalSeconds, _breaks, MostBreaks, fault.Message);
        await Task.Delay(wait, time, cancellationToken);
    }

    private async ValueTask<ObjectBody> ReopenAsync(CancellationToken cancellationToken)
    {
        var body = await InTimeAsync(new ValueTask<ObjectBody>(reopen(Bytes, _silence.Token)), cancellationToken);
        if (body.From == Bytes && body.Total == _total)
        {
            return body;
        }

        body.Dispose();
        throw new IOException(
            $"the source was asked for bytes from {Bytes} of {_total} on and answered with those from {body.From} of {body.Total}.");
    }

    [AsyncMethodBuilder(typeof(PoolingAsyncValueTaskMethodBuilder<>))]
    private async ValueTask<T> InTimeAsync<T>(ValueTask<T> work, CancellationToken cancellationToken)
    {
        _silence.CancelAfter(Silence);
        await using var stop = cancellationToken.UnsafeRegister(static silence => ((CancellationTokenSource)silence!).Cancel(), _silence);
        try
        {
            return await work;
        }
        catch (OperationCanceledException) when (cancellationToken.IsCancellationRequested)
        {
            throw new OperationCanceledException(cancellationToken);
        }
        catch (OperationCanceledException) when (_silence.IsCancellationRequested)
        {
            throw new TimeoutException($"the source sent nothing for {Silence.TotalSeconds:0} seconds, after {Bytes} of {_total} bytes.");
        }
        finally
        {
            _silence.CancelAfter(Timeout.InfiniteTimeSpan);
        }
    }

    protected override void Dispose(bool disposing)
    {
        if (disposing)
        {
            _hash.Dispose();
            _silence.Dispose();
            _body?.Dispose();
        }

        base.Dispose(disposing);
    }

    [LoggerMessage(
        LogLevel.Warning, "{Key} broke at byte {Byte} of {Total}, resuming in {Seconds:0.0} s (break {Break} of {MostBreaks}): {Fault}")]
    private partial void LogBreak(string key, long @byte, long total, double seconds, int @break, int mostBreaks, string fault);
}
