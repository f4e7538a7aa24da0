using EtlWorker.Domain.Batches;

namespace EtlWorker.Gate;

/// <summary>What the notice of a run must tell of its batch.</summary>
internal static class BatchWarnings
{
    private const string KeepsItsRows = "its table keeps the rows that it has";

    public static IReadOnlyList<string> Of(Batch batch) =>
    [
        .. batch.Missing.Except(batch.Empty.Select(drop => drop.Feed)).Select(feed => $"{feed} has never been dropped: {KeepsItsRows}"),
        .. batch.Empty.Select(drop => $"{drop.Feed}: {drop.Key} is empty: {KeepsItsRows}"),
    ];
}
