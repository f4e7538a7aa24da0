using EtlWorker.Domain.Runs;
using EtlWorker.Ledger;
using EtlWorker.Liveness;
using EtlWorker.Notify;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;

namespace EtlWorker.Running;

/// <summary>Steps the pipeline whenever drops were recorded, and on an interval; backs off while something is out of reach.</summary>
internal sealed partial class RunLoop(
    PipelineRunner runner, DropSignal signal, WorkerStatus status, StallWatch stalls, RunOptions options, TimeProvider time,
    ILogger<RunLoop> logger) : BackgroundService
{
    private readonly Backoff _backoff = new(TimeSpan.FromSeconds(1), TimeSpan.FromMinutes(1), Random.Shared);

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        // The host stops this loop first.
        await using var stopping = stoppingToken.Register(status.Stopping);
        while (!stoppingToken.IsCancellationRequested)
        {
            try
            {
                var ran = await runner.StepAsync(stoppingToken);
                _backoff.Reset();
                await stalls.LookAsync(null, SortedFailure.None, stoppingToken);
                if (!ran)
                {
                    await signal.WaitAsync(options.Interval, stoppingToken);
                }
            }
#pragma warning disable CA1031 // The loop is the last one that can: whatever failed, it must be tried again.
            catch (Exception fault)
#pragma warning restore CA1031
            {
                if (stoppingToken.IsCancellationRequested)
                {
                    // What fails while it is stopped fails of that, also by an exception of another name; the next start finds it again.
                    return;
                }

                await BackOffAsync(fault, stoppingToken);
            }
        }
    }

    private async Task BackOffAsync(Exception fault, CancellationToken stoppingToken)
    {
        var (stage, inner) = fault is StageFailedException failed ? (Word.Of(failed.Stage), failed.InnerException!) : ("plan", fault);
        var failure = (fault as StageFailedException)?.Failure ?? FailureSorter.Sort(inner);
        var wait = _backoff.Next();
        using var scope = (fault as StageFailedException)?.Run is { } run ? logger.BeginScope(PipelineRunner.ScopeOf(run)) : null;
        if (failure.IsTransient)
        {
            LogRetried(stage, failure.Cause.TrimEnd('.'), failure.Remedy.Length == 0 ? "" : $" {failure.Remedy}", wait.TotalSeconds);
        }
        else
        {
            LogStuck(failure.Unexpected, stage, failure.Cause, failure.Remedy, wait.TotalSeconds);
        }

        Stall? stall = fault switch
        {
            _ when failure.Kind == FaultKind.Unreachable => Stall.Ledger,
            // Whatever befell a run ends with its attempts or its patience, and is told then.
            StageFailedException => null,
            _ => Stall.Plan,
        };
        await stalls.LookAsync(stall, failure, stoppingToken).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        await Task.Delay(wait, time, stoppingToken).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
    }

    [LoggerMessage(LogLevel.Warning, "At stage {Stage}: {Cause}.{Remedy} Tried again in {Seconds:0.0} s")]
    private partial void LogRetried(string stage, string cause, string remedy, double seconds);

    [LoggerMessage(LogLevel.Error, "At stage {Stage}: {Cause}. {Remedy} Tried again in {Seconds:0.0} s")]
    private partial void LogStuck(Exception? fault, string stage, string cause, string remedy, double seconds);
}
