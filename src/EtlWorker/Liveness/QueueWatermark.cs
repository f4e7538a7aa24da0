namespace EtlWorker.Liveness;

/// <summary>
/// The time up to which everything that was dropped has been received. After an outage the queue delivers a set in pieces;
/// that a file is missing is known only once the queue has been quiet, or the bucket has been listed. A watermark is one pipeline's: a
/// definition that came while the worker ran may name files of which the queue told before.
/// </summary>
internal sealed class QueueWatermark(TimeProvider time)
{
    private long _known = DateTimeOffset.MinValue.Ticks;
    private long _advanced = time.GetTimestamp();
    private volatile bool _needsListing;

    /// <summary>The beginning of time until the queue was quiet, or the bucket was listed, for once. Never goes back.</summary>
    public DateTimeOffset KnownUntil => new(Interlocked.Read(ref _known), TimeSpan.Zero);

    /// <summary>For how long nobody could say that everything has been received.</summary>
    public TimeSpan StandsStill => time.GetElapsedTime(Interlocked.Read(ref _advanced));

    /// <summary>Another definition counts: what landed until now is known only once it has been listed.</summary>
    public void Forget()
    {
        _needsListing = true;
        Interlocked.Exchange(ref _known, DateTimeOffset.MinValue.Ticks);
        Interlocked.Exchange(ref _advanced, time.GetTimestamp());
    }

    /// <summary>The queue was quiet.</summary>
    public void AdvanceByQueue(DateTimeOffset until)
    {
        if (!_needsListing)
        {
            Advance(until);
        }
    }

    /// <summary>The bucket was listed.</summary>
    public void AdvanceByListing(DateTimeOffset until)
    {
        _needsListing = false;
        Advance(until);
    }

    private void Advance(DateTimeOffset until)
    {
        var (ticks, before) = (until.UtcTicks, Interlocked.Read(ref _known));
        while (ticks > before && Interlocked.CompareExchange(ref _known, ticks, before) is var other && other != before)
        {
            before = other;
        }

        Interlocked.Exchange(ref _advanced, time.GetTimestamp());
    }
}
