using EtlWorker.Definitions;
using EtlWorker.Domain.Batches;
using EtlWorker.Domain.Drops;
using EtlWorker.Intake;
using EtlWorker.Ledger;
using EtlWorker.Ledger.Drops;
using EtlWorker.Liveness;
using EtlWorker.Objects;
using Microsoft.Extensions.Logging;

namespace EtlWorker.Recovery;

/// <summary>Lists the keys of a pipeline's feeds and compares them with the ledger.</summary>
internal sealed partial class PipelineSweep(
    Pipeline pipeline, ObjectFinder finder, DropIntake intake, IDropRecorder drops, DropRecall recall, QueueWatermark watermark,
    TimeProvider time, ILogger<PipelineSweep> logger)
{
    /// <summary>How often everything is compared with the ledger, which may have been restored to an earlier time.</summary>
    private static readonly TimeSpan BetweenWholeLooks = TimeSpan.FromHours(1);

    /// <summary>Of many new objects not each is a transaction of its own.</summary>
    private const int RecordedAtOnce = 200;

    private readonly SeenObjects _seen = new();
    private (string Definition, DateTimeOffset At)? _whole;

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
        var (definition, hashNow) = (pipeline.Definition.Pipeline, pipeline.Definition.Hash);
        var now = time.GetUtcNow();
        // What landed just now is left to its event, where one comes.
        var heard = now - Delay > watermark.KnownUntil ? now - Delay : watermark.KnownUntil;
        var until = finder.NotifiesOfEvents ? heard : DateTimeOffset.MaxValue;
        var news = await recall.RecallAsync(cancellationToken);
        var since = now - definition.Trigger.Lookback;
        var isWhole = finder.NotifiesOfEvents || _whole is not var (hash, at) || hash != hashNow
            || now - at >= BetweenWholeLooks || now < at;
        var doubtful = isWhole
            ? new HashSet<string>() : await drops.GoneKeysAsync(pipeline.Name, finder.Location, since, cancellationToken);
        _seen.Begin(isWhole);
        foreach (var target in definition.Targets)
        {
            await foreach (var found in finder.FindAsync(target, since, until, _seen, doubtful, cancellationToken)
                .Chunk(RecordedAtOnce).WithCancellation(cancellationToken))
            {
                news |= await RecordAsync(found, cancellationToken);
            }
        }

        _seen.End();
        _whole = isWhole ? (hashNow, now) : _whole;
        // Whatever landed until then is known now, whether the queue reports it or not.
        watermark.AdvanceByListing(
            finder.NotifiesOfEvents ? heard : Earlier(now, finder.ListedUntil(definition.Targets)), generation);
        return news;
    }

    private async Task<bool> RecordAsync(IEnumerable<DropEvent> found, CancellationToken cancellationToken)
    {
        var news = false;
        foreach (var missed in await intake.RecordAsync(found, cancellationToken))
        {
            // A folder's own key may be taken by a pattern.
            if (missed.Feed is { } name)
            {
                news = true;
                LogFound(missed, name);
            }
        }

        return news;
    }

    private static DateTimeOffset Earlier(DateTimeOffset one, DateTimeOffset other) => one < other ? one : other;

    private void LogFound(MatchedEvent found, string feed)
    {
        if (found.Former is { } former)
        {
            LogCounts(feed, found.Event.Key, found.Event.EventTime, EnumText.Of(former));
        }
        else if (finder.NotifiesOfEvents)
        {
            LogMissed(feed, found.Event.Key, found.Event.EventTime);
        }
        else
        {
            LogDropped(feed, found.Event.Key, found.Event.Size);
        }
    }

    [LoggerMessage(LogLevel.Information, "A drop of {Feed}, recorded as {Former} before, was found by listing: {Key} of {EventTime:u}")]
    private partial void LogCounts(string feed, string key, DateTimeOffset eventTime, string former);

    [LoggerMessage(LogLevel.Information, "A drop of {Feed}: {Key}, {Bytes} bytes")]
    private partial void LogDropped(string feed, string key, long bytes);

    [LoggerMessage(LogLevel.Warning, "A drop of {Feed} without a notification was found by listing: {Key} of {EventTime:u}")]
    private partial void LogMissed(string feed, string key, DateTimeOffset eventTime);
}
