using EtlWorker.Domain.Batches;
using EtlWorker.Domain.Pipelines;

namespace EtlWorker.Notices;

/// <summary>What the notice of a run must report its batch.</summary>
internal static class BatchWarnings
{
    private const string KeepsItsRows = "its table keeps the rows that it has";

    public static IReadOnlyList<string> Of(Batch batch, PipelineDefinition pipeline) =>
    [
        .. batch.Missing.Except(batch.Empty.Select(drop => drop.Feed)).Select(feed => $"{feed} has never been dropped: {KeepsItsRows}"),
        .. batch.Empty.Select(drop => $"{drop.Feed}: {drop.Key} is empty: {KeepsItsRows}"),
        .. pipeline.Feeds.Where(feed => !feed.Required).Select(feed => feed.Name)
            .Except([.. batch.Drops.Select(drop => drop.Feed), .. batch.Missing, .. batch.Empty.Select(drop => drop.Feed)])
            .Select(feed => $"{feed} (optional) has not come: {KeepsItsRows}"),
    ];
}
