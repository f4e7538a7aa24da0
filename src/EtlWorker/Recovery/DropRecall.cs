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
    Pipeline pipeline, DropMatcher matcher, IDropRecorder drops, TimeProvider time, ILogger<DropRecall> logger)
{
    /// <summary>
    /// The second time for what was being matched by the former definition while it was exchanged.
    /// </summary>
    private const int Times = 2;

    private string? _hash;
    private int _recalled;

    /// <summary>Twice for a definition, since the bucket does not change until the next start.</summary>
    /// <returns>Whether any drop waits for its set that did not before.</returns>
    public async Task<bool> RecallAsync(CancellationToken cancellationToken)
    {
        var definition = pipeline.Definition;
        if (definition.Hash == _hash && _recalled == Times)
        {
            return false;
        }

        var news = false;
        var since = time.GetUtcNow() - definition.Pipeline.Trigger.Lookback;
        foreach (var (id, bucket, key) in await drops.IgnoredAsync(pipeline.Name, since, cancellationToken))
        {
            if (matcher.FeedOf(bucket, key, out _) is { } feed && await drops.RecallAsync(id, feed, cancellationToken))
            {
                news = true;
                LogRecalled(feed, key, EnumText.Of(DropDisposition.Ignored));
            }
        }

        (_hash, _recalled) = (definition.Hash, definition.Hash == _hash ? _recalled + 1 : 1);
        return news;
    }

    [LoggerMessage(LogLevel.Information, "A drop of {Feed}, recorded as {Former} before, waits for its set now: {Key}")]
    private partial void LogRecalled(string feed, string key, string former);
}
