namespace EtlWorker.Tests.Extract;

/// <summary>Gives its bytes and then breaks by a fault; without one it falls silent until it is cancelled.</summary>
internal sealed class BreakingStream(byte[] bytes, Exception? fault) : MemoryStream(bytes)
{
    public bool IsDisposed { get; private set; }

    public override async ValueTask<int> ReadAsync(Memory<byte> buffer, CancellationToken cancellationToken = default)
    {
        var read = await base.ReadAsync(buffer, cancellationToken);
        if (read > 0)
        {
            return read;
        }

        throw fault ?? await UntilCancelledAsync(cancellationToken);
    }

    /// <summary>Goes on in the thread that cancels, so that a test knows when it has.</summary>
    public static async Task<Exception> UntilCancelledAsync(CancellationToken cancellationToken)
    {
        var silence = new TaskCompletionSource<Exception>();
        await using var stop = cancellationToken.Register(() => silence.TrySetCanceled(cancellationToken));
        return await silence.Task;
    }

    protected override void Dispose(bool disposing)
    {
        IsDisposed = true;
        base.Dispose(disposing);
    }
}
