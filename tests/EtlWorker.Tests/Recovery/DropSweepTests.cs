using EtlWorker.Domain.Drops;
using EtlWorker.Domain.Runs;
using EtlWorker.Intake;
using EtlWorker.Ledger;
using EtlWorker.Liveness;
using EtlWorker.Objects;
using EtlWorker.Recovery;
using EtlWorker.Storage;
using EtlWorker.Tests.Intake;
using EtlWorker.Tests.Memory;
using EtlWorker.Tests.Running;
using Microsoft.Extensions.Logging.Abstractions;
using Xunit;

namespace EtlWorker.Tests.Recovery;

/// <summary>What a listing finds, without a database.</summary>
public sealed class DropSweepTests
{
    private readonly RunningRig _rig = new();
    private readonly FakeProbe _probe = new();

    private static CancellationToken Stop => TestContext.Current.CancellationToken;

    [Fact]
    public async Task A_file_whose_event_was_lost_is_found_once_it_is_old_enough()
    {
        _rig.Source.Put("in/orders.csv", [1], RunningRig.Now - TimeSpan.FromMinutes(6));
        _rig.Source.Put("in/others.csv", [1], RunningRig.Now - TimeSpan.FromMinutes(6));

        await SweepAsync();

        Assert.Equal("orders pending", _rig.Dispositions());
    }

    [Fact]
    public async Task While_the_source_notifies_what_landed_just_now_is_left_to_its_event()
    {
        _rig.Watermark.AdvanceByListing(RunningRig.Now);
        _rig.Source.Put("in/orders.csv", [1], RunningRig.Now + TimeSpan.FromSeconds(1));

        await SweepAsync();

        Assert.Empty(_rig.Ledger.Drops);
    }

    [Fact]
    public async Task Of_a_source_that_notifies_nobody_it_is_found_at_once()
    {
        _rig.Source.NotifiesOfEvents = false;
        _rig.Time.Advance(TimeSpan.FromSeconds(2));
        _rig.Source.Put("in/orders.csv", [1], RunningRig.Now + TimeSpan.FromSeconds(1));

        await SweepAsync();

        Assert.Equal("orders pending", _rig.Dispositions());
    }

    [Fact]
    public async Task What_a_look_has_recorded_the_next_ones_do_not_record_again_unless_it_is_gone_or_another()
    {
        _rig.Source.NotifiesOfEvents = false;
        _rig.Source.Put("in/orders.csv", [1], RunningRig.Now - TimeSpan.FromMinutes(6));
        using var sweep = Create();
        await sweep.StartAsync(Stop);
        await _rig.Time.WaitedForAsync(Stop);
        Assert.Equal(1, _rig.Recorder.Recorded);

        await LookAgainAsync();
        Assert.Equal(1, _rig.Recorder.Recorded);

        _rig.Ledger.Move(_ => true, DropDisposition.Gone);
        await LookAgainAsync();
        Assert.Equal(2, _rig.Recorder.Recorded);

        _rig.Ledger.Move(_ => true, DropDisposition.Loaded);
        await LookAgainAsync();
        Assert.Equal(2, _rig.Recorder.Recorded);
        _rig.Source.Put("in/orders.csv", [1, 2], RunningRig.Now - TimeSpan.FromMinutes(5));
        await LookAgainAsync();
        Assert.Equal(3, _rig.Recorder.Recorded);

        // After an hour everything is compared with the ledger.
        _rig.Time.Advance(TimeSpan.FromHours(1));
        await _rig.Time.WaitedForAsync(Stop);
        await sweep.StopAsync(Stop);
        Assert.Equal(4, _rig.Recorder.Recorded);
    }

    [Fact]
    public async Task A_source_that_cannot_be_listed_is_told_with_what_to_do_and_asked_again()
    {
        _rig.Source.Fault = new FaultException(new Fault(FaultKind.Permanent, "access denied", "grant it"));
        using var sweep = Create();
        await sweep.StartAsync(Stop);
        await _rig.Time.WaitedForAsync(Stop);
        Assert.Equal(("access denied", "grant it"), (_rig.Status.BucketOutage?.Cause, _rig.Status.BucketOutage?.Remedy));

        _rig.Source.Fault = null;
        _rig.Source.Put("in/orders.csv", [1], RunningRig.Now - TimeSpan.FromMinutes(6));
        _rig.Time.Advance(TimeSpan.FromMinutes(15));
        await _rig.Time.WaitedForAsync(Stop);
        await sweep.StopAsync(Stop);

        Assert.Equal("orders pending", _rig.Dispositions());
        Assert.Null(_rig.Status.BucketOutage);
    }

    [Fact]
    public async Task A_ledger_out_of_reach_is_no_fault_of_the_bucket()
    {
        _probe.OnProbe = () => throw new DatabaseUnreachableException("no route", "", null);

        await SweepAsync();

        Assert.Null(_rig.Status.BucketOutage);
    }

    private async Task LookAgainAsync()
    {
        _rig.Time.Advance(TimeSpan.FromMinutes(1));
        await _rig.Time.WaitedForAsync(Stop);
    }

    private async Task SweepAsync()
    {
        using var sweep = Create();
        await sweep.StartAsync(Stop);
        await _rig.Time.WaitedForAsync(Stop);
        await sweep.StopAsync(Stop);
    }

    private DropSweep Create()
    {
        var matcher = new DropMatcher(RunningRig.Pipeline, _rig.Source);
        // No listed key is ignored, so no other pipeline is looked for.
        var nearMisses = new NearMisses(
            RunningRig.Pipeline, Given.Each(RunningRig.Pipeline), new DefinitionLedger(null!), _rig.Time, NullLogger<NearMisses>.Instance);
        var finder = new ObjectFinder(_rig.Source);
        var sweep = new PipelineSweep(
            RunningRig.Pipeline, finder,
            new DropIntake(RunningRig.Pipeline, matcher, nearMisses, _rig.Recorder), _rig.Recorder,
            new DropRecall(RunningRig.Pipeline, matcher, _rig.Recorder, _rig.Time, NullLogger<DropRecall>.Instance),
            _rig.Watermark, _rig.Time, NullLogger<PipelineSweep>.Instance);
        return new DropSweep(
            Given.Each(sweep), finder, _probe, _rig.Signal, new SweepSignal(_rig.Time), _rig.Status,
            new RecoveryOptions(TimeSpan.FromMinutes(_rig.Source.NotifiesOfEvents ? 15 : 1)), _rig.Time, NullLogger<DropSweep>.Instance);
    }
}
