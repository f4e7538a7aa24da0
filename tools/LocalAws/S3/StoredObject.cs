namespace EtlWorker.StandIns.S3;

/// <summary>One version of a key: an object, or the marker of its deletion.</summary>
internal sealed record StoredObject
{
    public const string NullVersion = "null";

    public required string Key { get; init; }

    /// <summary>The version id; <see cref="NullVersion"/> for what was written without versioning.</summary>
    public required string VersionId { get; init; }

    public required string Sequencer { get; init; }

    public required DateTimeOffset LastModified { get; init; }

    public required ObjectContent Content { get; init; }

    public bool IsDeleteMarker { get; init; }
}
