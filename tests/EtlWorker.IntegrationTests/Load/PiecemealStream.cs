namespace EtlWorker.IntegrationTests.Load;

/// <summary>Gives a file in pieces of changing size, as a network does.</summary>
internal sealed class PiecemealStream(byte[] bytes) : MemoryStream(bytes)
{
    private int _next = (bytes.Length % 7) + 1;

    public override ValueTask<int> ReadAsync(Memory<byte> buffer, CancellationToken cancellationToken = default)
    {
        _next = ((_next * 7919) % 16_411) + 1;
        return base.ReadAsync(buffer[..Math.Min(buffer.Length, _next)], cancellationToken);
    }
}
