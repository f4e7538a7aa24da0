namespace EtlWorker.Domain.Drops;

/// <summary>What an event, or a listing, told of one version of one object. The ledger makes it a drop.</summary>
public sealed record DropEvent
{
    public required string Bucket { get; init; }

    /// <summary>The key itself, not its form-encoded spelling in S3 events.</summary>
    public required string Key { get; init; }

    /// <summary>Null in a bucket without versioning; S3's literal "null" version is none either.</summary>
    public string? VersionId { get; init; }

    /// <summary>Without quotes.</summary>
    public string? ETag { get; init; }

    /// <summary>Bytes; <see cref="Drop.UnknownSize"/> where none was reported.</summary>
    public long Size { get; init; }

    /// <summary>Hexadecimal; orders versions of one key, says nothing across keys.</summary>
    public string? Sequencer { get; init; }

    public required DateTimeOffset EventTime { get; init; }

    public required DropSource Source { get; init; }
}
