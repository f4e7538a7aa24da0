using EtlWorker.Domain.Drops;
using EtlWorker.Domain.Pipelines;
using EtlWorker.Ledger.Drops;
using EtlWorker.Objects;

namespace EtlWorker.Gate;

/// <summary>Finds the current versions of feeds that the ledger knows no drop of, for a change that reads every feed.</summary>
internal sealed class CurrentVersions(ObjectFinder finder, IDropRecorder drops)
{
    private const string Reason = "it landed before the worker listened; a change of another feed reads it";

    /// <returns>Whether any was found that the ledger did not have.</returns>
    public async Task<bool> RecordAsync(PipelineDefinition pipeline, IReadOnlyList<string> feeds, CancellationToken cancellationToken)
    {
        var found = new List<MatchedEvent>();
        foreach (var feed in feeds)
        {
            var there = new List<DropEvent>();
            var defined = pipeline.Feeds.First(other => other.Name == feed);
            await foreach (var candidate in finder.FindAsync(defined, DateTimeOffset.MinValue, DateTimeOffset.MaxValue, cancellationToken))
            {
                if (candidate.Size != 0 || defined.MinRows < 1)
                {
                    there.Add(candidate);
                }
            }

            found.AddRange(there.OrderByDescending(candidate => candidate.EventTime).Take(defined.HasParts ? int.MaxValue : 1)
                .Select(newest => new MatchedEvent(newest, feed, null) { HeldBecause = Reason }));
        }

        return found.Count > 0 && (await drops.RecordAsync(pipeline.Name, found, cancellationToken)).Count > 0;
    }
}
