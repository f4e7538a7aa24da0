using EtlWorker.Domain.Runs;
using EtlWorker.Faults;
using EtlWorker.Ledger;
using EtlWorker.Liveness;
using EtlWorker.Notices;
using Microsoft.Extensions.Logging;

namespace EtlWorker.Running;

/// <summary>Steps the pipeline whenever drops were recorded, and on an interval; backs off while something is out of reach.</summary>
internal sealed partial class RunLoop(
    PipelineRunner runner, DropSignal signal, WorkerStatus status, StallWatch stalls, RunOptions options, TimeProvider time,
    ILogger<RunLoop> logger) : PollingLoop(time)
{
    private readonly Backoff _backoff = new(TimeSpan.FromSeconds(1), TimeSpan.FromMinutes(1), Random.Shared);

    /// <summary>The host stops this loop first.</summary>
    public override Task StopAsync(CancellationToken cancellationToken)
    {
        status.Stopping();
        return base.StopAsync(cancellationToken);
    }

    protected override async Task<TimeSpan> PollAsync(CancellationToken stoppingToken)
    {
        switch (await runner.StepAsync(stoppingToken))
        {
            case StepOutcome.Delayed delayed:
                return await DelayAsync(delayed, stoppingToken);
            case StepOutcome.Stopped:
                return TimeSpan.Zero;
            case var outcome:
                _backoff.Reset();
                await stalls.LookAsync(null, Fault.None, stoppingToken);
                await (outcome is StepOutcome.Idle ? signal.WaitAsync(options.Interval, stoppingToken) : Task.CompletedTask);
                return TimeSpan.Zero;
        }
    }

    protected override TimeSpan Failed(Exception fault)
    {
        var wait = _backoff.Next();
        Log(RunStage.Plan, FaultClassifier.Of(fault), wait);
        return wait;
    }

    private async Task<TimeSpan> DelayAsync(StepOutcome.Delayed delayed, CancellationToken stoppingToken)
    {
        var wait = _backoff.Next();
        using var scope = delayed.Run is { } run ? logger.BeginScope(PipelineRunner.ScopeOf(run)) : null;
        Log(delayed.Stage, delayed.Fault, wait);
        Stall? stall = delayed switch
        {
            { Fault.Kind: FaultKind.Unreachable } => Stall.Ledger,
            // Whatever befell a run ends with its attempts or its patience, and is reported then.
            { Run: not null } => null,
            _ => Stall.Plan,
        };
        await stalls.LookAsync(stall, delayed.Fault, stoppingToken).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        return wait;
    }

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
