namespace EtlWorker.Domain.Pipelines;

/// <summary>Whether a feed's files are packed.</summary>
public enum Compression
{
    /// <summary>Those are whose key ends in <c>.gz</c>.</summary>
    Auto,

    None,

    Gzip,
}
