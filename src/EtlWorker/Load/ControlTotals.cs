using EtlWorker.Domain.Runs;

namespace EtlWorker.Load;

/// <summary>What a manifest says of a file.</summary>
/// <param name="Key">The manifest's key.</param>
/// <param name="Rows">How many rows the file has; null where it does not say.</param>
/// <param name="Sha256">The hash of its bytes, in hexadecimal; null where it does not say.</param>
/// <param name="WrittenAt">When the manifest was written.</param>
/// <param name="ETag">Its ETag; null where it has none.</param>
internal sealed record ControlTotals(string Key, long? Rows, string? Sha256, DateTimeOffset WrittenAt, string? ETag)
{
    /// <summary>Why it could not be read, where the load reads on without it.</summary>
    public Fault? Unread { get; init; }
}
