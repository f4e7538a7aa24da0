using EtlWorker.Definitions;
using EtlWorker.Notices;
using EtlWorker.Notify;
using EtlWorker.Tests.Notices;
using Microsoft.Extensions.Logging.Abstractions;
using Microsoft.Extensions.Time.Testing;
using Xunit;

namespace EtlWorker.Tests.Notify;

public sealed class StallAlertTests
{
    private readonly FakeTimeProvider _time = new(new DateTimeOffset(2026, 3, 1, 2, 55, 0, TimeSpan.Zero));
    private readonly Inbox _inbox = new();
    private readonly StallAlert _alert;

    public StallAlertTests()
    {
        var definition = DefinitionFile.Read(Path.Combine(AppContext.BaseDirectory, "pipelines", "retail", "pipeline.json"));
        _alert = new StallAlert(_inbox, () => [new Pipeline(definition)], _time, NullLogger<StallAlert>.Instance);
    }

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Fact]
    public async Task It_is_told_after_ten_minutes_and_then_every_hour()
    {
        for (var minute = 0; minute < 150; minute++)
        {
            await _alert.StalledAsync(Stall.Ledger, "connection refused", "", null, Token);
            _time.Advance(TimeSpan.FromMinutes(1));
            Assert.Equal(minute switch { < 10 => 0, < 70 => 1, < 130 => 2, _ => 3 }, _inbox.Received.Count);
        }

        Assert.All(_inbox.Received, notice => Assert.Equal("ledger_unreachable", notice.Kind));
    }

    [Fact]
    public async Task A_short_outage_is_not_told_nor_two_that_only_add_up()
    {
        foreach (var _ in Enumerable.Range(0, 3))
        {
            await _alert.StalledAsync(Stall.Ledger, "connection refused", "", null, Token);
            _time.Advance(TimeSpan.FromMinutes(9));
            await _alert.StalledAsync(Stall.Ledger, "connection refused", "", null, Token);
            await _alert.OverAsync(Stall.Ledger, Token);
        }

        Assert.Empty(_inbox.Received);
    }

    [Fact]
    public async Task What_is_forgotten_is_not_said_to_be_over()
    {
        await _alert.StalledAsync(Stall.Plan, "migration 002.sql is lacking", "", null, Token);
        _time.Advance(TimeSpan.FromMinutes(11));
        await _alert.StalledAsync(Stall.Plan, "migration 002.sql is lacking", "", null, Token);
        _alert.Forget();
        await _alert.OverAsync(Stall.Plan, Token);

        Assert.Equal("plan_unreachable", Assert.Single(_inbox.Received).Kind);
    }

    [Fact]
    public async Task A_ledger_that_answered_unseen_is_out_of_reach_since_the_later_loss()
    {
        var first = _time.GetUtcNow();
        await _alert.StalledAsync(Stall.Ledger, "connection refused", "", first, Token);
        _time.Advance(TimeSpan.FromMinutes(40));
        var second = _time.GetUtcNow();
        await _alert.StalledAsync(Stall.Ledger, "connection refused", "", second, Token);
        Assert.Empty(_inbox.Received);

        _time.Advance(TimeSpan.FromMinutes(10));
        await _alert.StalledAsync(Stall.Ledger, "connection refused", "", second, Token);
        Assert.Contains("UNREACHABLE since 03:35 UTC", Assert.Single(_inbox.Received).Subject, StringComparison.Ordinal);
    }

    [Fact]
    public async Task That_it_is_back_is_told_once_to_whoever_was_told_that_it_was_gone()
    {
        await OutForAsync(TimeSpan.FromMinutes(11));
        await _alert.OverAsync(Stall.Ledger, Token);
        await _alert.OverAsync(Stall.Ledger, Token);

        Assert.Equal(["ledger_unreachable", "ledger_reachable"], _inbox.Received.Select(notice => notice.Kind));
    }

    [Fact]
    public async Task One_that_is_over_does_not_end_another()
    {
        await OutForAsync(TimeSpan.FromMinutes(9));
        await _alert.StalledAsync(Stall.Queue, "no answer", "", null, Token);
        _time.Advance(TimeSpan.FromMinutes(2));
        await _alert.OverAsync(Stall.Queue, Token);
        await _alert.StalledAsync(Stall.Ledger, "connection refused", "", null, Token);

        Assert.Equal(["ledger_unreachable"], _inbox.Received.Select(notice => notice.Kind));
    }

    [Fact]
    public async Task What_could_not_be_told_is_told_at_the_next_try()
    {
        _inbox.Refuses = true;
        await OutForAsync(TimeSpan.FromMinutes(11));
        _inbox.Refuses = false;
        await _alert.StalledAsync(Stall.Ledger, "connection refused", "", null, Token);

        Assert.Single(_inbox.Received);
    }

    [Fact]
    public async Task The_alert_is_as_published()
    {
        await OutForAsync(TimeSpan.FromMinutes(11));

        var notice = Assert.Single(_inbox.Received);
        Subjects.AssertPublishable(notice.Subject);
        Snapshot.Matches("ledger-unreachable.txt", $"Subject: {notice.Subject}\n\n{notice.Body}");
    }

    private async Task OutForAsync(TimeSpan time)
    {
        await _alert.StalledAsync(Stall.Ledger, "connection refused", "", null, Token);
        _time.Advance(time);
        await _alert.StalledAsync(Stall.Ledger, "connection refused", "", null, Token);
    }
}
