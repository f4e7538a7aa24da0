namespace EtlWorker.Objects;

/// <summary>An object as a listing shows it: its current version, whose id a listing does not tell.</summary>
internal sealed record ListedObject
{
    public required string Key { get; init; }

    /// <summary>Without quotes.</summary>
    public required string? ETag { get; init; }

    /// <summary>In bytes.</summary>
    public required long Size { get; init; }

    public required DateTimeOffset LastModified { get; init; }
}
