using Microsoft.Extensions.Hosting;

namespace EtlWorker.Liveness;

/// <summary>
/// A loop that ends with the worker and not before: whatever a turn fails with is reported, waited out, and the next turn is made.
/// </summary>
internal abstract class PollingLoop(TimeProvider time) : BackgroundService
{
    protected TimeProvider Time => time;

    /// <summary>One turn.</summary>
    /// <returns>How long to wait before the next one.</returns>
    protected abstract Task<TimeSpan> PollAsync(CancellationToken stoppingToken);

    /// <summary>A turn failed with something that no stop explains.</summary>
    /// <returns>How long to wait before the next one.</returns>
    protected abstract TimeSpan Failed(Exception fault);

    /// <summary>The wait before the next turn; of a loop that something may wake, until then at most.</summary>
    protected virtual Task WaitAsync(TimeSpan wait, CancellationToken stoppingToken) => Task.Delay(wait, time, stoppingToken);

    /// <summary>The sign of life that is due around a wait; of a loop that systemd's watchdog watches.</summary>
    protected virtual void Beat()
    {
    }

    protected sealed override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        while (!stoppingToken.IsCancellationRequested)
        {
            var wait = await TurnAsync(stoppingToken);
            if (wait > TimeSpan.Zero && !stoppingToken.IsCancellationRequested)
            {
                Beat();
                await WaitAsync(wait, stoppingToken).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
                Beat();
            }
        }
    }

    private async Task<TimeSpan> TurnAsync(CancellationToken stoppingToken)
    {
        try
        {
            return await PollAsync(stoppingToken);
        }
#pragma warning disable CA1031 // The loop is the last one that can: whatever failed, it must be tried again.
        catch (Exception fault)
#pragma warning restore CA1031
        {
            // What fails while it is stopped fails of that, also by an exception of another name; the next start finds it again.
            return stoppingToken.IsCancellationRequested ? TimeSpan.Zero : Failed(fault);
        }
    }
}
