namespace EtlWorker.Load;

/// <summary>What the parts of a snapshot that were loaded before came to: limits are judged over the sum of all.</summary>
internal sealed record FeedTotals(long Read, long Loaded, long Rejected)
{
    public static readonly FeedTotals None = new(0, 0, 0);

    public FeedTotals Plus(LoadedFeed part) => new(Read + part.RowsRead, Loaded + part.RowsLoaded, Rejected + part.RowsRejected);
}
