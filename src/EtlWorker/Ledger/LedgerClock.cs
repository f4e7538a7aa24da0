namespace EtlWorker.Ledger;

/// <summary>
/// The database's clock, by which the program measures everything that it compares with the ledger: two workers, or one whose own
/// clock is wrong, then judge windows, deadlines and waits alike. Until the database answered for the first time it is the machine's.
/// </summary>
/// <param name="machine">Goes on between two answers: elapsed time is measured by its timestamps, which nobody sets.</param>
internal sealed class LedgerClock(TimeProvider machine) : TimeProvider
{
    private sealed record Reading(DateTimeOffset Server, long Timestamp);

    private volatile Reading? _last;

    public override TimeZoneInfo LocalTimeZone => machine.LocalTimeZone;

    public override long TimestampFrequency => machine.TimestampFrequency;

    /// <summary>The machine's own clock.</summary>
    public TimeProvider Machine => machine;

    public override DateTimeOffset GetUtcNow() =>
        _last is { } last ? last.Server + machine.GetElapsedTime(last.Timestamp) : machine.GetUtcNow();

    public override long GetTimestamp() => machine.GetTimestamp();

    public override ITimer CreateTimer(TimerCallback callback, object? state, TimeSpan dueTime, TimeSpan period) =>
        machine.CreateTimer(callback, state, dueTime, period);

    /// <summary>The database has told its time.</summary>
    /// <param name="server">What it told.</param>
    /// <param name="asked">The timestamp at which it was asked: the answer lies half-way between then and now.</param>
    public void Set(DateTimeOffset server, long asked) =>
        _last = new Reading(server + (machine.GetElapsedTime(asked) / 2), machine.GetTimestamp());
}
