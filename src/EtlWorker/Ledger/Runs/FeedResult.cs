namespace EtlWorker.Ledger.Runs;

/// <summary>What one feed's load came to. Rows read are rows loaded plus rows rejected; the ledger's table checks it.</summary>
internal sealed record FeedResult
{
    public required string Feed { get; init; }

    public required long DropId { get; init; }

    public required long Bytes { get; init; }

    /// <summary>Hexadecimal.</summary>
    public required string Sha256 { get; init; }

    public required long RowsRead { get; init; }

    public required long RowsLoaded { get; init; }

    public required long RowsRejected { get; init; }

    /// <summary>How the table's indexes were treated: <c>rebuilt</c>, or <c>in place</c> and why.</summary>
    public required string Indexes { get; init; }

    public required TimeSpan Took { get; init; }
}
