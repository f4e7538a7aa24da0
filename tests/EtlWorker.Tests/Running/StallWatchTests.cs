using EtlWorker.Definitions;
using EtlWorker.Liveness;
using EtlWorker.Notify;
using EtlWorker.Running;
using EtlWorker.Tests.Notify;
using Microsoft.Extensions.Logging.Abstractions;
using Microsoft.Extensions.Time.Testing;
using Xunit;

namespace EtlWorker.Tests.Running;

public sealed class StallWatchTests
{
    private readonly FakeTimeProvider _time = new(new DateTimeOffset(2026, 3, 1, 2, 55, 0, TimeSpan.Zero));
    private readonly Inbox _inbox = new();
    private readonly WorkerStatus _status;
    private readonly StallWatch _watch;

    public StallWatchTests()
    {
        var definition = DefinitionFile.Read(Path.Combine(AppContext.BaseDirectory, "pipelines", "retail", "pipeline.json"));
        _status = new WorkerStatus(null, _time);
        var alert = new StallAlert(_inbox, () => [new Pipeline(definition)], _time, NullLogger<StallAlert>.Instance);
        _watch = new StallWatch(_status, alert, _time);
    }

    [Fact]
    public async Task A_bucket_that_cannot_be_listed_is_told_after_ten_minutes_and_when_it_is_over()
    {
        await WaitAsync(9, () => _status.BucketLost("access denied", ""));
        Assert.Empty(_inbox.Received);
        await WaitAsync(2, () => _status.BucketLost("access denied", ""));
        _status.BucketAnswered();
        await WaitAsync(1, () => { });

        Assert.Equal(["bucket_unreachable", "bucket_reachable"], _inbox.Received.Select(notice => notice.Kind));
        Assert.Contains("access denied", _inbox.Received[0].Body, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_listener_that_cannot_record_is_told_of_although_the_run_loop_goes_on()
    {
        await WaitAsync(11, () => _status.RecordingLost("relation etl.drop is locked", "Look for the lock."));

        var notice = Assert.Single(_inbox.Received);
        Assert.Equal("ledger_unreachable", notice.Kind);
        Assert.Contains("relation etl.drop is locked", notice.Body, StringComparison.Ordinal);
        Assert.Contains("Look for the lock.", notice.Body, StringComparison.Ordinal);
    }

    [Fact]
    public async Task While_the_ledger_is_away_nothing_is_said_of_a_queue_that_is_not_asked()
    {
        _status.QueueAnswered("drops");
        await WaitAsync(45, () => _status.RecordingLost("refused", ""));

        Assert.All(_inbox.Received, notice => Assert.Equal("ledger_unreachable", notice.Kind));
        Assert.NotEmpty(_inbox.Received);
    }

    [Fact]
    public async Task What_the_queue_answered_is_in_its_alert()
    {
        await WaitAsync(11, () => _status.QueueLost("the queue http://127.0.0.1/1/drops does not exist", "Create it."));

        Assert.Contains("does not exist", Assert.Single(_inbox.Received).Body, StringComparison.Ordinal);
    }

    private async Task WaitAsync(int minutes, Action each)
    {
        for (var minute = 0; minute < minutes; minute++)
        {
            each();
            await _watch.LookAsync(null, TestContext.Current.CancellationToken);
            _time.Advance(TimeSpan.FromMinutes(1));
        }
    }
}
