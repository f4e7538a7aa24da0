using EtlWorker.Definitions;
using EtlWorker.Faults;
using EtlWorker.Ledger;
using EtlWorker.Liveness;
using EtlWorker.Objects;
using EtlWorker.Storage;
using Microsoft.Extensions.Logging;

namespace EtlWorker.Recovery;

/// <summary>
/// Finds drops whose event was lost: at start, on an interval, and when a pipeline has another definition, the feeds' keys are listed and
/// compared with the ledger. Where the source notifies of nothing it is what finds all drops.
/// </summary>
internal sealed partial class DropSweep(
    IPerPipeline<PipelineSweep> sweeps, ObjectFinder finder, ILedgerProbe ledger, DropSignal drops, SweepSignal signal, WorkerStatus status,
    RecoveryOptions options, TimeProvider time, ILogger<DropSweep> logger) : PollingLoop(time)
{
    /// <summary>How often it gives the sign of life while it waits; systemd waits three minutes for one.</summary>
    private static readonly TimeSpan BetweenBeats = TimeSpan.FromMinutes(1);

    private bool _isAnnounced;

    protected override async Task<TimeSpan> PollAsync(CancellationToken stoppingToken)
    {
        await SweepAsync(stoppingToken);
        return finder.LookAgain is { } soon && soon < options.Interval ? soon : options.Interval;
    }

    protected override async Task WaitAsync(TimeSpan wait, CancellationToken stoppingToken)
    {
        var slice = finder.NotifiesOfEvents ? wait : BetweenBeats;
        for (var left = wait; left > TimeSpan.Zero; left -= slice)
        {
            Beat();
            if (await signal.WaitAsync(left < slice ? left : slice, stoppingToken))
            {
                return;
            }
        }
    }

    /// <summary>Where no queue is listened to nobody else gives it.</summary>
    protected override void Beat()
    {
        if (!finder.NotifiesOfEvents)
        {
            status.Beat();
        }
    }

    protected override TimeSpan Failed(Exception fault)
    {
        Report(fault);
        return options.Interval;
    }

    private async Task SweepAsync(CancellationToken cancellationToken)
    {
        // Nothing is recorded under a name that is not settled.
        await ledger.ProbeAsync(cancellationToken);
        var isAnswered = true;
        var isAsked = false;
        foreach (var sweep in sweeps.Now.Where(sweep => !sweep.Pipeline.IsPaused))
        {
            isAsked = true;
            using var scope = logger.BeginScope(LogScope.OfPipeline(sweep.Pipeline.Name));
            try
            {
                if (await sweep.SweepAsync(cancellationToken))
                {
                    drops.Raise();
                }

                Beat();
            }
#pragma warning disable CA1031 // What keeps one pipeline's keys from being listed keeps no other's.
            catch (Exception fault) when (!cancellationToken.IsCancellationRequested)
#pragma warning restore CA1031
            {
                isAnswered = false;
                Report(fault);
            }
        }

        if (isAnswered)
        {
            status.BucketAnswered();
        }

        if (isAnswered && isAsked)
        {
            Announce();
        }
    }

    private void Announce()
    {
        if (finder.NotifiesOfEvents)
        {
            return;
        }

        status.Recorded();
        status.QueueAnswered(finder.Location);
        if (!_isAnnounced)
        {
            _isAnnounced = true;
            LogLooking(finder.Location, options.Interval.TotalSeconds);
        }
    }

    private void Report(Exception fault)
    {
        if (PostgresFault.OfLedger(fault) is { } ledgers)
        {
            if (!finder.NotifiesOfEvents)
            {
                status.RecordingLost(ledgers.Cause, ledgers.Remedy);
            }

            // The bucket was listed; that the ledger is out of reach is the listener's to tell.
            LogUnrecorded(ledgers.Cause, options.Interval);
        }
        else
        {
            var known = FaultClassifier.Of(fault);
            status.BucketLost(known.Cause, known.Remedy);
            LogUnlisted(known.Advice.TrimEnd('.'), options.Interval);
        }
    }

    [LoggerMessage(LogLevel.Information, "Looking at {Location} every {Seconds:0} s")]
    private partial void LogLooking(string location, double seconds);

    [LoggerMessage(LogLevel.Warning, "What the bucket holds could not be compared with the ledger: {Fault}. Next try in {Interval}")]
    private partial void LogUnrecorded(string fault, TimeSpan interval);

    [LoggerMessage(LogLevel.Warning, "The feeds' keys could not be listed: {Fault}. Next try in {Interval}")]
    private partial void LogUnlisted(string fault, TimeSpan interval);
}
