namespace EtlWorker.Infer;

/// <summary>A pipeline as it is proposed.</summary>
/// <param name="Name">The pipeline's.</param>
/// <param name="Feeds">In the order of the files.</param>
internal sealed record PipelineProposal(string Name, IReadOnlyList<FeedProposal> Feeds)
{
    /// <summary>What a person must decide, of feeds and columns together.</summary>
    public int DoubtCount => Feeds.Sum(feed => feed.Doubts.Count + feed.Columns.Sum(column => column.Guess.Doubts.Count));
}
