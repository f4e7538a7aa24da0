namespace EtlWorker.Benchmarks;

/// <summary>An object of the landing bucket.</summary>
internal sealed record DroppedFile(string Key, long Bytes, string VersionId, string ETag)
{
    /// <summary>What the feed says of its form, as JSON properties behind a comma; empty where it is PostgreSQL's.</summary>
    public string Options { get; init; } = "";

    /// <summary>Whether its prices have a fraction, so that the table's are numeric.</summary>
    public bool HasFractions { get; init; }
}
