namespace EtlWorker.Ledger;

/// <summary>
/// The time up to which everything that was dropped has been heard of. After an outage the queue tells a set in pieces;
/// that a file is missing is known only once the queue has been quiet.
/// </summary>
internal sealed class QueueWatermark
{
    private long _ticks = DateTimeOffset.MinValue.Ticks;

    /// <summary>The beginning of time until the queue was quiet for once.</summary>
    public DateTimeOffset HeardUntil => new(Interlocked.Read(ref _ticks), TimeSpan.Zero);

    public void Advance(DateTimeOffset until) => Interlocked.Exchange(ref _ticks, until.UtcTicks);
}
