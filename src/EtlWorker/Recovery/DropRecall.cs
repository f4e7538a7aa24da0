using EtlWorker.Definitions;
using EtlWorker.Domain.Drops;
using EtlWorker.Intake;
using EtlWorker.Ledger;
using EtlWorker.Ledger.Drops;
using Microsoft.Extensions.Logging;

namespace EtlWorker.Recovery;

/// <summary>
/// Finds drops that were ignored under another definition or bucket and that a feed takes now: a feed that was added, corrected or put
/// back, a corrected PIPELINE__BUCKET. The listing finds current objects only; older versions of a key are found here.
/// </summary>
internal sealed partial class DropRecall(
    LoadedDefinition definition, DropMatcher matcher, IDropRecorder drops, TimeProvider time, ILogger<DropRecall> logger)
{
    private bool _recalled;

    /// <summary>Once for a start, since neither definition nor bucket changes until the next one.</summary>
    /// <returns>Whether any drop waits for its set that did not before.</returns>
    public async Task<bool> RecallAsync(CancellationToken cancellationToken)
    {
        if (_recalled)
        {
            return false;
        }

        var news = false;
        var pipeline = definition.Pipeline;
        var since = time.GetUtcNow() - pipeline.Trigger.Lookback;
        foreach (var (id, bucket, key) in await drops.IgnoredAsync(pipeline.Name, since, cancellationToken))
        {
            if (matcher.FeedOf(bucket, key, out _) is { } feed && await drops.RecallAsync(id, feed, cancellationToken))
            {
                news = true;
                LogRecalled(feed, key, EnumText.Of(DropDisposition.Ignored));
            }
        }

        _recalled = true;
        return news;
    }

    [LoggerMessage(LogLevel.Information, "A drop of {Feed}, recorded as {Former} before, waits for its set now: {Key}")]
    private partial void LogRecalled(string feed, string key, string former);
}
