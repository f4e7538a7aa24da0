using EtlWorker.Ledger;
using Microsoft.Extensions.Time.Testing;
using Xunit;

namespace EtlWorker.Tests.Ledger;

public sealed class LedgerClockTests
{
    private static readonly DateTimeOffset Server = new(2026, 11, 26, 8, 0, 0, TimeSpan.Zero);
    private readonly FakeTimeProvider _machine = new(Server + TimeSpan.FromHours(25));
    private readonly LedgerClock _clock;

    public LedgerClockTests() => _clock = new LedgerClock(_machine);

    [Fact]
    public void Before_the_database_answered_it_is_the_machine_s() => Assert.Equal(_machine.GetUtcNow(), _clock.GetUtcNow());

    [Fact]
    public void Once_it_answered_it_is_the_database_s_however_wrong_the_machine_is()
    {
        _clock.Set(Server, _clock.GetTimestamp());
        _machine.Advance(TimeSpan.FromMinutes(3));

        Assert.Equal(Server + TimeSpan.FromMinutes(3), _clock.GetUtcNow());
    }

    [Fact]
    public void A_machine_whose_clock_is_put_back_changes_nothing()
    {
        var machine = new PutBack();
        var clock = new LedgerClock(machine);
        clock.Set(Server, clock.GetTimestamp());
        machine.Now = Server - TimeSpan.FromDays(1);

        Assert.Equal((Server, machine.Now), (clock.GetUtcNow(), clock.Machine.GetUtcNow()));
    }

    [Fact]
    public void The_answer_lies_half_way_between_question_and_now()
    {
        var asked = _clock.GetTimestamp();
        _machine.Advance(TimeSpan.FromSeconds(4));
        _clock.Set(Server, asked);

        Assert.Equal(Server + TimeSpan.FromSeconds(2), _clock.GetUtcNow());
    }

    /// <summary>A clock that somebody sets, while the time that elapses is counted apart.</summary>
    private sealed class PutBack : TimeProvider
    {
        public DateTimeOffset Now { get; set; } = Server;

        public override DateTimeOffset GetUtcNow() => Now;

        public override long GetTimestamp() => 0;
    }
}
