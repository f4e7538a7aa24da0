namespace EtlWorker.Objects;

/// <summary>What S3 says of an object's current version without giving its bytes.</summary>
internal sealed record ObjectHead
{
    public required string Key { get; init; }

    /// <summary>Null in a bucket without versioning.</summary>
    public required string? VersionId { get; init; }

    /// <summary>
    /// Where the version says more than what the object holds, what says that alone: a feed that adds its files to a table takes none twice
    /// for being touched, or restored. Null where the version is all there is.
    /// </summary>
    public string? ContentId { get; init; }

    /// <summary>Without quotes.</summary>
    public required string? ETag { get; init; }

    /// <summary>In bytes.</summary>
    public required long Size { get; init; }

    public required DateTimeOffset LastModified { get; init; }
}
