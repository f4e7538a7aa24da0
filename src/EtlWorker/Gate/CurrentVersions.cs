using EtlWorker.Domain.Drops;
using EtlWorker.Domain.Pipelines;
using EtlWorker.Ledger;
using EtlWorker.Objects;

namespace EtlWorker.Gate;

/// <summary>Finds the current versions of feeds that the ledger knows no drop of, for a change that reads every feed.</summary>
internal sealed class CurrentVersions(ObjectFinder finder, DropLedger drops)
{
    private const string Reason = "it landed before the worker listened; a change of another feed reads it";

    /// <returns>Whether any was found that the ledger had not heard of.</returns>
    public async Task<bool> RecordAsync(PipelineDefinition pipeline, IReadOnlyList<string> feeds, CancellationToken cancellationToken)
    {
        var found = new List<SortedEvent>();
        foreach (var feed in feeds)
        {
            DropEvent? newest = null;
            var needsRows = pipeline.Feed(feed)!.MinRows >= 1;
            await foreach (var candidate in finder.FindAsync(pipeline.Feed(feed)!, DateTimeOffset.MinValue, DateTimeOffset.MaxValue, cancellationToken))
            {
                if (candidate.Size != 0 || !needsRows)
                {
                    newest = newest is null || candidate.EventTime > newest.EventTime ? candidate : newest;
                }
            }

            if (newest is not null)
            {
                found.Add(new SortedEvent(newest, feed, null) { HeldBecause = Reason });
            }
        }

        return found.Count > 0 && (await drops.RecordAsync(pipeline.Name, found, cancellationToken)).Count > 0;
    }
}
