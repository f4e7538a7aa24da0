using EtlWorker.Definitions;
using EtlWorker.Domain.Runs;
using EtlWorker.Faults;
using EtlWorker.Liveness;
using Microsoft.Extensions.Logging;

namespace EtlWorker.Running;

/// <summary>
/// Steps the pipelines, one at a time, whenever drops were recorded, and on an interval. In each round every pipeline has a turn, the one
/// with the oldest work first, so that none starves.
/// </summary>
internal sealed partial class RunLoop(
    IPerPipeline<PipelineTurn> turns, WorkOrder order, DropSignal signal, WorkerStatus status, StallWatch stalls, RunOptions options,
    TimeProvider time, ILogger<RunLoop> logger) : PollingLoop(time)
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
        var all = turns.Now;
        var mayHaveMore = false;
        foreach (var turn in await order.OldestFirstAsync([.. all.Where(turn => turn.Wait <= TimeSpan.Zero)], stoppingToken))
        {
            using var scope = logger.BeginScope(LogScope.OfPipeline(turn.Pipeline));
            mayHaveMore |= await turn.StepAsync(stoppingToken);
            if (stoppingToken.IsCancellationRequested)
            {
                return TimeSpan.Zero;
            }
        }

        await AlertAsync(all, stoppingToken);
        _backoff.Reset();
        var delayed = all.Select(turn => turn.Wait).Where(wait => wait > TimeSpan.Zero);
        return mayHaveMore ? TimeSpan.Zero : delayed.Append(options.Interval).Min();
    }

    /// <summary>A drop wakes it; a pipeline that was delayed is passed over then.</summary>
    protected override Task WaitAsync(TimeSpan wait, CancellationToken stoppingToken) => signal.WaitAsync(wait, stoppingToken);

    protected override TimeSpan Failed(Exception fault)
    {
        var wait = _backoff.Next();
        LogFailed(fault, FaultClassifier.Of(fault).Cause, wait.TotalSeconds);
        return wait;
    }

    private async Task AlertAsync(IReadOnlyList<PipelineTurn> all, CancellationToken cancellationToken)
    {
        var isLost = all.Count > 0 && all.All(turn => turn.LedgerFault is not null);
        await stalls.LookAsync(isLost ? all[0].LedgerFault : null, cancellationToken);
        foreach (var turn in all)
        {
            await turn.AlertAsync(isLost, cancellationToken);
        }
    }

    [LoggerMessage(LogLevel.Error, "No pipeline could be stepped: {Cause}. Next try in {Seconds:0.0} s")]
    private partial void LogFailed(Exception fault, string cause, double seconds);
}
