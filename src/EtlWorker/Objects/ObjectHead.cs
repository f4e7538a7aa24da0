namespace EtlWorker.Objects;

/// <summary>What S3 says of an object's current version without giving its bytes.</summary>
internal sealed record ObjectHead
{
    public required string Key { get; init; }

    /// <summary>Null in a bucket without versioning.</summary>
    public required string? VersionId { get; init; }

    /// <summary>Without quotes.</summary>
    public required string? ETag { get; init; }

    /// <summary>In bytes.</summary>
    public required long Size { get; init; }

    public required DateTimeOffset LastModified { get; init; }
}
