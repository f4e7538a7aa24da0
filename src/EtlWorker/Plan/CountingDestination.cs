using EtlWorker.Objects;

namespace EtlWorker.Plan;

/// <summary>Takes what would be exported, counts its bytes, and writes nothing.</summary>
internal sealed class CountingDestination : IResultDestination
{
    private readonly Dictionary<string, long> _bytes = [];

    /// <summary>Bytes by key.</summary>
    public IReadOnlyDictionary<string, long> Bytes => _bytes;

    public string AddressOf(string key) => key;

    public async Task PutAsync(string key, string contentType, Stream content, CancellationToken cancellationToken)
    {
        var (buffer, bytes) = (new byte[16 << 10], 0L);
        for (var read = 1; read > 0; bytes += read)
        {
            read = await content.ReadAsync(buffer, cancellationToken);
        }

        _bytes[key] = bytes;
    }
}
