using EtlWorker.Domain.Drops;
using EtlWorker.Domain.Runs;
using EtlWorker.Ledger.Runs;
using EtlWorker.Tests.Running;
using Xunit;

namespace EtlWorker.Tests.Gate;

/// <summary>When a date is claimed, without a database.</summary>
public sealed class DayGateTests
{
    private readonly RunningRig _rig = new();

    private static CancellationToken Stop => TestContext.Current.CancellationToken;

    [Fact]
    public async Task A_whole_set_claims_its_date()
    {
        _rig.Land("orders");
        _rig.Land("events");

        var run = await OpenAsync();

        Assert.Equal((new DateOnly(2026, 3, 1), RunState.Claimed), (run?.RunDate, run?.State));
        Assert.Equal("orders claimed events claimed", _rig.Dispositions());
    }

    [Fact]
    public async Task A_set_that_is_not_whole_waits()
    {
        _rig.Land("orders");

        Assert.Null(await OpenAsync());

        Assert.Equal("orders pending", _rig.Dispositions());
    }

    [Fact]
    public async Task A_file_that_was_deleted_while_its_set_waited_is_not_loaded_and_notified()
    {
        _rig.Land("orders");
        _rig.Land("events");
        _rig.Source.Delete("in/orders.csv");
        _rig.Time.Advance(TimeSpan.FromMinutes(3));

        Assert.Null(await OpenAsync());

        Assert.Equal("orders gone events pending", _rig.Dispositions());
        Assert.Equal("gone", Assert.Single(_rig.Ledger.Notices).Kind);
        Assert.Empty(_rig.Ledger.Runs);
    }

    [Fact]
    public async Task A_second_set_of_a_date_is_held_and_notified()
    {
        _rig.Land("orders");
        _rig.Land("events");
        _rig.Ledger.Change((await OpenAsync())! with { State = RunState.Succeeded });
        _rig.Ledger.Move(_ => true, DropDisposition.Loaded);
        _rig.Land("orders");

        Assert.Null(await OpenAsync());

        Assert.Equal("orders loaded events loaded orders held", _rig.Dispositions());
        Assert.Equal("held", Assert.Single(_rig.Ledger.Notices).Kind);
    }

    [Fact]
    public async Task A_deadline_that_passes_without_a_run_is_notified_once()
    {
        var session = _rig.Ledger.Open();
        await _rig.Deadlines.WarnAsync(session, Stop);
        _rig.Time.Advance(TimeSpan.FromHours(3));
        _rig.Watermark.AdvanceByListing(_rig.Time.GetUtcNow());

        await _rig.Deadlines.WarnAsync(session, Stop);
        await _rig.Deadlines.WarnAsync(session, Stop);

        Assert.Equal("late", Assert.Single(_rig.Ledger.Notices).Kind);
    }

    private Task<Run?> OpenAsync() => _rig.Gate.OpenAsync(_rig.Ledger.Open(), Stop);
}
