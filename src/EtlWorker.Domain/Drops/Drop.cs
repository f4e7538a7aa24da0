namespace EtlWorker.Domain.Drops;

/// <summary>One version of one S3 object that landed for a feed, as the ledger has it.</summary>
public sealed record Drop
{
    public required long Id { get; init; }

    public required string Feed { get; init; }

    public required string Bucket { get; init; }

    public required string Key { get; init; }

    public string? VersionId { get; init; }

    public string? ETag { get; init; }

    /// <summary>The object itself.</summary>
    public ObjectVersion Object => new(Bucket, Key, VersionId, ETag);

    /// <summary>The size where the event told none; such an object is not called empty.</summary>
    public const long UnknownSize = -1;

    /// <summary>Bytes, as the event told; <see cref="UnknownSize"/> where it told none.</summary>
    public required long Size { get; init; }

    public string? Sequencer { get; init; }

    public required DateTimeOffset EventTime { get; init; }

    /// <summary>When it was first received, by the database's clock; waits are measured from here.</summary>
    public DateTimeOffset ReceivedAt { get; init; }

    /// <summary>The date of the run that has, or had, it; null when none has.</summary>
    public DateOnly? RunDate { get; init; }

    public DropDisposition Disposition { get; init; } = DropDisposition.Pending;
}
