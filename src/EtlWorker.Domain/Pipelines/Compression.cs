namespace EtlWorker.Domain.Pipelines;

/// <summary>Whether a feed's files are packed.</summary>
public enum Compression
{
    /// <summary>Those whose key ends in <c>.gz</c> are gzip.</summary>
    Auto,

    /// <summary>None is.</summary>
    None,

    /// <summary>All are gzip.</summary>
    Gzip,
}
