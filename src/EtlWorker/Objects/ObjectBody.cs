using EtlWorker.Domain.Runs;

namespace EtlWorker.Objects;

/// <summary>An open object: its bytes from one of them on, and how many it has in all.</summary>
internal sealed class ObjectBody : IDisposable
{
    public required Stream Stream { get; init; }

    /// <summary>Where in the object the stream begins.</summary>
    public required long From { get; init; }

    /// <summary>Bytes of the whole object, as S3 announced.</summary>
    public required long Total { get; init; }

    /// <summary>Without quotes.</summary>
    public required string? ETag { get; init; }

    /// <summary>A connection on which a small object does not come for so long is broken and did not say so.</summary>
    public TimeSpan Silence { get; init; } = TimeSpan.FromSeconds(60);

    /// <summary>All of a small object.</summary>
    /// <exception cref="FaultException">It did not come in time.</exception>
    /// <exception cref="IOException">It broke off.</exception>
    public async Task<byte[]> ReadAllAsync(CancellationToken cancellationToken)
    {
        using var limited = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        limited.CancelAfter(Silence);
        var content = new byte[Total];
        try
        {
            await Stream.ReadExactlyAsync(content, limited.Token);
            return content;
        }
        catch (OperationCanceledException late) when (!cancellationToken.IsCancellationRequested)
        {
            throw new FaultException(
                new Fault(FaultKind.Passing, $"{Total} bytes did not come in {Silence.TotalSeconds:0} seconds", ""), late);
        }
    }

    /// <summary>The SHA-256 that the object's bytes must have; null where the source gives a version as it was.</summary>
    public string? Sha256 { get; init; }

    public void Dispose() => Stream.Dispose();
}
