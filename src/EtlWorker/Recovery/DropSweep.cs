using EtlWorker.Definitions;
using EtlWorker.Domain.Batches;
using EtlWorker.Faults;
using EtlWorker.Intake;
using EtlWorker.Ledger;
using EtlWorker.Ledger.Drops;
using EtlWorker.Liveness;
using EtlWorker.Objects;
using EtlWorker.Storage;
using Microsoft.Extensions.Logging;

namespace EtlWorker.Recovery;

/// <summary>
/// Finds drops whose event was lost: at start and on an interval the feeds' keys are listed and compared with the ledger.
/// </summary>
internal sealed partial class DropSweep(
    LoadedDefinition definition, ObjectFinder finder, DropIntake intake, ILedgerProbe ledger, DropRecall recall,
    DropSignal signal, QueueWatermark watermark, WorkerStatus status, RecoveryOptions options, TimeProvider time,
    ILogger<DropSweep> logger) : PollingLoop(time)
{
    /// <summary>How long an event may take before it is called lost.</summary>
    private static readonly TimeSpan Delay = TimeSpan.FromMinutes(5);

    protected override async Task<TimeSpan> PollAsync(CancellationToken stoppingToken)
    {
        await SweepAsync(stoppingToken);
        status.BucketAnswered();
        return options.Interval;
    }

    protected override TimeSpan Failed(Exception fault)
    {
        if (PostgresFault.OfLedger(fault) is { } ledgers)
        {
            // The bucket was listed; that the ledger is out of reach is the listener's to tell.
            LogUnrecorded(ledgers.Cause, options.Interval);
        }
        else
        {
            var known = FaultClassifier.Of(fault);
            status.BucketLost(known.Cause, known.Remedy);
            LogUnlisted(known.Advice.TrimEnd('.'), options.Interval);
        }

        return options.Interval;
    }

    private async Task SweepAsync(CancellationToken cancellationToken)
    {
        // Nothing is recorded under a name that is not settled.
        await ledger.ProbeAsync(cancellationToken);
        var pipeline = definition.Pipeline;
        var now = Time.GetUtcNow();
        var heard = finder.NotifiesOfEvents ? now - Delay : now;
        var until = heard > watermark.KnownUntil ? heard : watermark.KnownUntil;
        var news = await recall.RecallAsync(cancellationToken);
        foreach (var target in pipeline.Targets)
        {
            await foreach (var found in finder.FindAsync(target, now - pipeline.Trigger.Lookback, until, cancellationToken))
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
        watermark.Advance(until);
        if (news)
        {
            signal.Raise();
        }
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

    [LoggerMessage(LogLevel.Warning, "What the bucket holds could not be compared with the ledger: {Fault}. Next try in {Interval}")]
    private partial void LogUnrecorded(string fault, TimeSpan interval);

    [LoggerMessage(LogLevel.Warning, "The feeds' keys could not be listed: {Fault}. Next try in {Interval}")]
    private partial void LogUnlisted(string fault, TimeSpan interval);
}
