using EtlWorker.Definitions;
using EtlWorker.Domain.Batches;
using EtlWorker.Intake;
using EtlWorker.Ledger;
using EtlWorker.Ledger.Drops;
using EtlWorker.Liveness;
using EtlWorker.Objects;
using Microsoft.Extensions.Logging;

namespace EtlWorker.Recovery;

/// <summary>Lists the keys of a pipeline's feeds and compares them with the ledger.</summary>
internal sealed partial class PipelineSweep(
    Pipeline pipeline, ObjectFinder finder, DropIntake intake, DropRecall recall, QueueWatermark watermark, TimeProvider time,
    ILogger<PipelineSweep> logger)
{
    /// <summary>How long an event may take before it is called lost.</summary>
    private static readonly TimeSpan Delay = TimeSpan.FromMinutes(5);

    public Pipeline Pipeline => pipeline;

    /// <returns>Whether any drop waits for its set that did not before.</returns>
    public async Task<bool> SweepAsync(CancellationToken cancellationToken)
    {
        if (pipeline.IsUnsettled)
        {
            return false;
        }

        var generation = watermark.Generation;
        var definition = pipeline.Definition.Pipeline;
        var now = time.GetUtcNow();
        var heard = finder.NotifiesOfEvents ? now - Delay : now;
        var until = heard > watermark.KnownUntil ? heard : watermark.KnownUntil;
        var news = await recall.RecallAsync(cancellationToken);
        foreach (var target in definition.Targets)
        {
            await foreach (var found in finder.FindAsync(target, now - definition.Trigger.Lookback, until, cancellationToken))
            {
                foreach (var missed in await intake.RecordAsync([found], cancellationToken))
                {
                    // A folder's own key may be taken by a pattern.
                    if (missed.Feed is { } name)
                    {
                        news = true;
                        LogFound(missed, name);
                    }
                }
            }
        }

        // Whatever landed until then is known now, whether the queue reports it or not.
        watermark.AdvanceByListing(until, generation);
        return news;
    }

    private void LogFound(MatchedEvent found, string feed)
    {
        if (found.Former is { } former)
        {
            LogCounts(feed, found.Event.Key, found.Event.EventTime, EnumText.Of(former));
        }
        else
        {
            LogMissed(feed, found.Event.Key, found.Event.EventTime);
        }
    }

    [LoggerMessage(LogLevel.Information, "A drop of {Feed}, recorded as {Former} before, was found by listing: {Key} of {EventTime:u}")]
    private partial void LogCounts(string feed, string key, DateTimeOffset eventTime, string former);

    [LoggerMessage(LogLevel.Warning, "A drop of {Feed} without a notification was found by listing: {Key} of {EventTime:u}")]
    private partial void LogMissed(string feed, string key, DateTimeOffset eventTime);
}
