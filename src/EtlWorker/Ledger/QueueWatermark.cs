namespace EtlWorker.Ledger;

/// <summary>
/// The time up to which everything that was dropped has been heard of. After an outage the queue tells a set in pieces;
/// that a file is missing is known only once the queue has been quiet, or the bucket has been listed.
/// </summary>
internal sealed class QueueWatermark
{
    private long _heard = DateTimeOffset.MinValue.Ticks;
    private long _answered = DateTimeOffset.MinValue.Ticks;

    /// <summary>The beginning of time until the queue was quiet, or the bucket was listed, for once. Never goes back.</summary>
    public DateTimeOffset HeardUntil => new(Interlocked.Read(ref _heard), TimeSpan.Zero);

    /// <summary>When the queue answered last; the beginning of time before.</summary>
    public DateTimeOffset AnsweredAt => new(Interlocked.Read(ref _answered), TimeSpan.Zero);

    public void Advance(DateTimeOffset until)
    {
        var (ticks, before) = (until.UtcTicks, Interlocked.Read(ref _heard));
        while (ticks > before && Interlocked.CompareExchange(ref _heard, ticks, before) is var other && other != before)
        {
            before = other;
        }
    }

    public void Answered(DateTimeOffset at) => Interlocked.Exchange(ref _answered, at.UtcTicks);
}
