using EtlWorker.Definitions;
using EtlWorker.Domain.Runs;
using EtlWorker.Ledger;
using EtlWorker.Liveness;
using EtlWorker.Notices;
using EtlWorker.Notify;
using Microsoft.Extensions.Logging;

namespace EtlWorker.Running;

/// <summary>
/// A pipeline's turns in the run loop, a step each. One whose step was delayed is passed over for a while, so that it holds up no other.
/// </summary>
internal sealed partial class PipelineTurn(
    Pipeline pipeline, PipelineRunner runner, StallAlert alert, TimeProvider time, ILogger<PipelineTurn> logger)
{
    private readonly Backoff _backoff = new(TimeSpan.FromSeconds(1), TimeSpan.FromMinutes(1), Random.Shared);
    private DateTimeOffset _notBefore;
    private StepOutcome.Delayed? _delayed;

    public string Pipeline => pipeline.Name;

    /// <summary>How long until it may step again; zero or less when it may.</summary>
    public TimeSpan Wait => _notBefore - time.GetUtcNow();

    /// <summary>Why it could not use its ledger; null where it could, or was not asked.</summary>
    public Fault? LedgerFault => _delayed is { Fault: { Kind: FaultKind.Unreachable } fault } ? fault : null;

    /// <returns>Whether there may be more to do at once.</returns>
    public async Task<bool> StepAsync(CancellationToken cancellationToken)
    {
        // Once: it may be back while its notices are being sent, and must be able to get its definition then.
        var isPaused = pipeline.IsPaused;
        if (!isPaused && pipeline.IsAwaited)
        {
            return false;
        }

        if (!isPaused && !pipeline.TryBegin())
        {
            // Its definition is being exchanged, which takes no time.
            return true;
        }

        StepOutcome outcome;
        try
        {
            outcome = await (isPaused ? runner.SendNoticesAsync(cancellationToken) : runner.StepAsync(cancellationToken));
        }
        finally
        {
            if (!isPaused)
            {
                pipeline.End();
            }
        }

        _delayed = outcome as StepOutcome.Delayed;
        if (_delayed is not null)
        {
            var wait = _backoff.Next();
            _notBefore = time.GetUtcNow() + wait;
            using var scope = _delayed.Run is { } run ? logger.BeginScope(LogScope.OfRun(run)) : null;
            Log(_delayed.Stage, _delayed.Fault, wait);
            return false;
        }

        if (outcome is not StepOutcome.Stopped)
        {
            _backoff.Reset();
        }

        return outcome is not (StepOutcome.Idle or StepOutcome.Stopped);
    }

    /// <summary>Notifies of what keeps this pipeline alone from going on for long; of a paused one nothing.</summary>
    /// <param name="othersAreLostToo">No pipeline can use its ledger; that is notified of once for all.</param>
    /// <param name="cancellationToken">Cancels the publishing.</param>
    public async Task AlertAsync(bool othersAreLostToo, CancellationToken cancellationToken)
    {
        if (pipeline.IsPaused)
        {
            // Nothing is planned for it, and nobody knows whether it could be.
            alert.Forget();
            return;
        }

        var isLedger = LedgerFault is not null;
        await UpdateAsync(Stall.Ledger, isLedger && !othersAreLostToo, cancellationToken);
        // Whatever befell a run ends with its attempts or its patience, and is reported then.
        await UpdateAsync(Stall.Plan, !isLedger && _delayed is { Run: null }, cancellationToken);
    }

    private Task UpdateAsync(Stall stall, bool isStalled, CancellationToken cancellationToken) => isStalled
        ? alert.StalledAsync(stall, _delayed!.Fault.Cause, _delayed.Fault.Remedy, null, cancellationToken)
        : alert.OverAsync(stall, cancellationToken);

    private void Log(RunStage stage, Fault fault, TimeSpan wait)
    {
        if (fault.IsTransient)
        {
            LogRetried(
                EnumText.Of(stage), fault.Cause.TrimEnd('.'), fault.Remedy.Length == 0 ? "" : $" {fault.Remedy}", wait.TotalSeconds);
        }
        else
        {
            LogStuck(fault.Unexpected, EnumText.Of(stage), fault.Cause, fault.Remedy, wait.TotalSeconds);
        }
    }

    [LoggerMessage(LogLevel.Warning, "Stage {Stage}: {Cause}.{Remedy} Next try in {Seconds:0.0} s")]
    private partial void LogRetried(string stage, string cause, string remedy, double seconds);

    [LoggerMessage(LogLevel.Error, "Stage {Stage}: {Cause}. {Remedy} Next try in {Seconds:0.0} s")]
    private partial void LogStuck(Exception? fault, string stage, string cause, string remedy, double seconds);
}
