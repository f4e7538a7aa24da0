using EtlWorker.Ledger;
using EtlWorker.Ledger.Runs;
using EtlWorker.Storage;

namespace EtlWorker.Recovery;

/// <summary>Waits for the end of a run that a worker makes, and says how far it has come.</summary>
internal sealed class RunWatch(ILedger ledger, TimeProvider time)
{
    /// <summary>A worker that is just starting needs no longer to be seen.</summary>
    public static readonly TimeSpan Unwatched = TimeSpan.FromSeconds(15);

    private static readonly TimeSpan LookAgain = TimeSpan.FromSeconds(1);

    /// <param name="run">Id of <c>etl.run</c>.</param>
    /// <param name="say">Called with each change, and each loss of the database.</param>
    /// <param name="cancellationToken">Ends the waiting; the run is none the worse.</param>
    /// <returns>The run as it ended, or, not ended, as it is while no worker is there to make it.</returns>
    public async Task<RunProgress> UntilEndedAsync(long run, Func<string, Task> say, CancellationToken cancellationToken)
    {
        using var again = new PeriodicTimer(LookAgain, time);
        var said = "";
        var watched = time.GetTimestamp();
        while (true)
        {
            var (progress, line) = await LookAsync(run, cancellationToken);
            if (line != said)
            {
                said = line;
                await say(line);
            }

            watched = progress is { IsWatched: false } ? watched : time.GetTimestamp();
            if (progress is not null && (progress.HasEnded || time.GetElapsedTime(watched) >= Unwatched))
            {
                return progress;
            }

            await again.WaitForNextTickAsync(cancellationToken);
        }
    }

    /// <returns>No progress while the database is out of reach: that is the worker's to sit out, and so it is here.</returns>
    private async Task<(RunProgress? Progress, string Line)> LookAsync(long run, CancellationToken cancellationToken)
    {
        try
        {
            await using var session = await ledger.OpenAsync(cancellationToken);
            var progress = await session.Runs.ProgressAsync(run, cancellationToken);
            return (progress, progress.Describe());
        }
        catch (Exception fault) when (PostgresFault.OfLedger(fault) is { IsTransient: true } away)
        {
            ledger.ForgetConnections();
            return (null, $"the database is out of reach: {away.Advice}");
        }
    }
}
