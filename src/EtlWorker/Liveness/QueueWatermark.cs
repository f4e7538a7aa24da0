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
    private readonly Lock _lock = new();
    private bool _needsListing;
    private int _generation;

    /// <summary>The beginning of time until the queue was quiet, or the bucket was listed, for once. Never goes back.</summary>
    public DateTimeOffset KnownUntil => new(Interlocked.Read(ref _known), TimeSpan.Zero);

    /// <summary>For how long nobody could say that everything has been received.</summary>
    public TimeSpan StandsStill => time.GetElapsedTime(Interlocked.Read(ref _advanced));

    /// <summary>Another definition counts: what landed until now is known only once it has been listed.</summary>
    public void Forget()
    {
        lock (_lock)
        {
            _needsListing = true;
            _generation++;
            Interlocked.Exchange(ref _known, DateTimeOffset.MinValue.Ticks);
            Interlocked.Exchange(ref _advanced, time.GetTimestamp());
        }
    }

    /// <summary>What a listing has to say at its end: it was made for the definition that counted at its beginning.</summary>
    public int Generation
    {
        get
        {
            lock (_lock)
            {
                return _generation;
            }
        }
    }

    /// <summary>The queue was quiet.</summary>
    public void AdvanceByQueue(DateTimeOffset until)
    {
        lock (_lock)
        {
            if (!_needsListing)
            {
                Advance(until);
            }
        }
    }

    /// <summary>The bucket was listed.</summary>
    /// <param name="until">What landed until then is known.</param>
    /// <param name="generation">Of the listing's beginning; null where no definition can have been exchanged.</param>
    public void AdvanceByListing(DateTimeOffset until, int? generation = null)
    {
        lock (_lock)
        {
            if (generation is null || generation == _generation)
            {
                _needsListing = false;
                Advance(until);
            }
        }
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
