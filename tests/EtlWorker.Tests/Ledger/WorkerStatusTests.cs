using System.Net.Sockets;
using EtlWorker.Domain.Runs;
using EtlWorker.Ledger.Runs;
using EtlWorker.Liveness;
using Microsoft.Extensions.Time.Testing;
using Xunit;

namespace EtlWorker.Tests.Ledger;

public sealed class WorkerStatusTests
{
    private static readonly Run Run = new()
    {
        Id = 17,
        Pipeline = "retail",
        RunDate = new DateOnly(2026, 11, 25),
        AsOf = new DateOnly(2026, 11, 25),
        State = RunState.Claimed,
        Attempt = 1,
        FirstAttempt = 1,
        DefinitionHash = "",
        Worker = "here",
        ClaimedAt = DateTimeOffset.UnixEpoch,
        Warnings = [],
    };

    private readonly FakeTimeProvider _time = new(new DateTimeOffset(2026, 11, 25, 3, 12, 4, TimeSpan.Zero));
    private readonly FakeSystemd _systemd = new();
    private readonly WorkerStatus _status;

    public WorkerStatusTests() => _status = new WorkerStatus(_systemd, _time);

    [Fact]
    public void A_day_s_work_in_one_line_each()
    {
        _status.QueueAnswered("drops");
        _status.Working(Run, RunStage.Load);
        _status.Working(Run, RunStage.Check);
        _status.Idle();
        _status.QueueLost("no answer", "");
        _time.Advance(TimeSpan.FromMinutes(1));
        _status.RecordingLost("refused", "");
        _status.QueueAnswered("drops");
        _status.Recorded();
        _status.Working(Run, RunStage.Notify);
        _status.Stopping();
        _status.Idle();

        Assert.Equal(
            [
                "STATUS=Listening on drops; idle",
                "STATUS=Listening on drops; run 17 of 2026-11-25: load",
                "STATUS=Listening on drops; run 17 of 2026-11-25: check",
                "STATUS=Listening on drops; idle",
                "STATUS=Queue out of reach since 2026-11-25 03:12:04 UTC; idle",
                "STATUS=Ledger out of reach since 2026-11-25 03:13:04 UTC; queue out of reach since 2026-11-25 03:12:04 UTC; idle",
                // Nothing is received while nothing can be recorded.
                "STATUS=Ledger out of reach since 2026-11-25 03:13:04 UTC; idle",
                "STATUS=Listening on drops; idle",
                "STATUS=Listening on drops; run 17 of 2026-11-25: notify",
                "STATUS=Stopping: run 17 of 2026-11-25: notify",
                "STATUS=Stopping: idle",
            ],
            _systemd.Told);
    }

    [Fact]
    public void What_was_told_is_not_told_again_and_an_outage_keeps_its_beginning()
    {
        _status.QueueLost("no answer", "");
        _time.Advance(TimeSpan.FromHours(1));
        _status.QueueLost("no answer", "");
        _status.Idle();

        Assert.Equal(["STATUS=Queue out of reach since 2026-11-25 03:12:04 UTC; idle"], _systemd.Told);
    }

    [Fact]
    public void A_busy_queue_gives_one_sign_of_life_a_second()
    {
        foreach (var _ in Enumerable.Range(0, 30))
        {
            _status.Beat();
            _time.Advance(TimeSpan.FromMilliseconds(100));
        }

        Assert.Equal(["WATCHDOG=1", "WATCHDOG=1", "WATCHDOG=1"], _systemd.Told);
    }

    [Fact]
    public void A_clock_that_is_put_back_silences_nobody()
    {
        _time.AutoAdvanceAmount = TimeSpan.Zero;
        _status.Beat();
        _time.AdjustTime(_time.GetUtcNow() - TimeSpan.FromHours(1));
        _status.Beat();

        Assert.Equal(2, _systemd.Told.Count);
    }

    [Fact]
    public void Outside_of_systemd_and_while_systemd_is_away_the_worker_goes_on()
    {
        var alone = new WorkerStatus(null, _time);
        alone.QueueAnswered("drops");
        alone.Beat();
        Assert.Equal("Listening on drops; idle", alone.Text);

        _systemd.Fault = new SocketException(111);
        _status.Beat();
        _status.QueueAnswered("drops");
        Assert.Equal("Listening on drops; idle", _status.Text);
    }
}
