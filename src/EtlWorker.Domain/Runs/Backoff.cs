namespace EtlWorker.Domain.Runs;

/// <summary>Exponential back-off with full jitter: each wait is random below a bound that doubles up to a limit.</summary>
/// <param name="first">The first bound.</param>
/// <param name="limit">The last bound.</param>
/// <param name="random">Where the jitter comes from.</param>
public sealed class Backoff(TimeSpan first, TimeSpan limit, Random random)
{
    private int _doublings;

    /// <summary>The next wait; at least a tenth of its bound, so that no loop spins.</summary>
    public TimeSpan Next()
    {
        // In floating point: a TimeSpan would overflow where the first bound is long.
        var bound = TimeSpan.FromTicks((long)Math.Min(first.Ticks * Math.Pow(2, _doublings), limit.Ticks));
        _doublings = Math.Min(_doublings + 1, 30);
        return bound * (0.1 + (0.9 * random.NextDouble()));
    }

    /// <summary>All is well again.</summary>
    public void Reset() => _doublings = 0;
}
