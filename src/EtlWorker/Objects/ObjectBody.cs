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

    public void Dispose() => Stream.Dispose();
}
