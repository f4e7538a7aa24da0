namespace EtlWorker.Tests.Load;

/// <summary>Gives at most so many bytes at once, as a network does.</summary>
internal sealed class SlowStream(byte[] bytes, int readSize) : MemoryStream(bytes)
{
    public override ValueTask<int> ReadAsync(Memory<byte> buffer, CancellationToken cancellationToken = default) =>
        base.ReadAsync(buffer[..Math.Min(buffer.Length, readSize)], cancellationToken);
}
