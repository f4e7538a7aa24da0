using EtlWorker.Definitions;
using EtlWorker.Domain.Drops;
using EtlWorker.Ledger.Drops;

namespace EtlWorker.Intake;

/// <summary>Matches what arrived, by whichever way, to a pipeline's feeds, and records it.</summary>
internal sealed class DropIntake(Pipeline pipeline, DropMatcher matcher, NearMisses nearMisses, IDropRecorder drops)
{
    /// <summary>The pipeline's name.</summary>
    public string Pipeline => pipeline.Name;

    /// <summary>Durable when this returns.</summary>
    /// <param name="events">What was notified, or found by listing.</param>
    /// <param name="cancellationToken">Cancels the recording.</param>
    /// <returns>Those that the ledger did not have, or had as ignored or gone and that count now.</returns>
    public async Task<IReadOnlyList<MatchedEvent>> RecordAsync(
        IEnumerable<DropEvent> events, CancellationToken cancellationToken)
    {
        if (pipeline.IsUnsettled)
        {
            return [];
        }

        var news = await drops.RecordAsync(pipeline.Name, [.. events.Select(matcher.Match)], cancellationToken);
        foreach (var ignored in news.Where(matched => matched.Feed is null))
        {
            await nearMisses.LookAsync(ignored, cancellationToken);
        }

        return news;
    }
}
