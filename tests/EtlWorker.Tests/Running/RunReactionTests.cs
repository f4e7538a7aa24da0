using EtlWorker.Domain.Drops;
using EtlWorker.Domain.Runs;
using EtlWorker.Ledger.Runs;
using EtlWorker.Running;
using Xunit;

namespace EtlWorker.Tests.Running;

/// <summary>What becomes of a run by how its last stage ended: every branch, without a database.</summary>
public sealed class RunReactionTests
{
    private static readonly Fault Passing = new(FaultKind.Passing, "S3 answered 503", "");
    private static readonly Fault Lost = new(FaultKind.SessionLost, "the connection broke", "");
    private static readonly Fault Bad = new(FaultKind.Permanent, "line 3 is bad", "correct it") { IsOfContents = true };
    private readonly RunningRig _rig = new();

    private static CancellationToken Stop => TestContext.Current.CancellationToken;

    [Fact]
    public async Task A_run_whose_stages_all_ended_well_is_over()
    {
        Assert.IsType<StepOutcome.Ran>(await ReactAsync(_rig.Begin(), new StageOutcome.Completed(RunStage.Notify)));

        Assert.Empty(_rig.Journal.Lines);
        Assert.Empty(_rig.Ledger.Notices);
    }

    [Fact]
    public async Task A_load_that_is_stopped_costs_no_attempt()
    {
        Assert.IsType<StepOutcome.Stopped>(await ReactAsync(_rig.Begin(), new StageOutcome.Stopped(RunStage.Load)));

        Assert.Equal(["forgive"], _rig.Journal.Lines);
    }

    [Fact]
    public async Task A_delivery_that_is_stopped_has_no_attempt_to_give_back()
    {
        Assert.IsType<StepOutcome.Stopped>(
            await ReactAsync(_rig.Begin(RunState.Committed), new StageOutcome.Stopped(RunStage.Export)));

        Assert.Empty(_rig.Journal.Lines);
    }

    [Fact]
    public async Task A_ledger_out_of_reach_costs_nothing_and_stops_the_clock_of_the_patience()
    {
        var away = new Fault(FaultKind.Unreachable, "no route", "");

        var delayed = Assert.IsType<StepOutcome.Delayed>(
            await ReactAsync(_rig.Begin(), new StageOutcome.Unreachable(RunStage.Load, away)));

        Assert.Equal((RunStage.Load, away), (delayed.Stage, delayed.Fault));
        Assert.True(_rig.Memory.WasAway);
        Assert.Equal(["forgive in the session", "forget connections"], _rig.Ledger.Calls);
        Assert.Empty(_rig.Journal.Lines);
    }

    [Fact]
    public async Task Where_the_runs_own_session_is_gone_as_well_the_journal_keeps_the_fault()
    {
        var session = _rig.Begin();
        _rig.Ledger.Session.IsOpen = false;

        await ReactAsync(session, new StageOutcome.Unreachable(RunStage.Load, new Fault(FaultKind.Unreachable, "no route", "")));

        Assert.Equal(["fault: no route"], _rig.Journal.Lines);
    }

    [Fact]
    public async Task A_journal_that_cannot_be_written_hides_no_fault()
    {
        var session = _rig.Begin();
        _rig.Ledger.Session.IsOpen = false;
        _rig.Journal.Fault = new IOException("reset");

        Assert.IsType<StepOutcome.Delayed>(await ReactAsync(
            session, new StageOutcome.Unreachable(RunStage.Load, new Fault(FaultKind.Unreachable, "no route", ""))));
    }

    [Fact]
    public async Task A_session_that_was_lost_in_a_load_uses_up_an_attempt_and_is_noted()
    {
        var delayed = Assert.IsType<StepOutcome.Delayed>(await ReactAsync(_rig.Begin(), new StageOutcome.TryAgain(RunStage.Load, Lost)));

        Assert.Equal(42, delayed.Run?.Id);
        Assert.Equal(["fault: the connection broke"], _rig.Journal.Lines);
        Assert.False(_rig.Memory.IsGuarded(delayed.Run!));
    }

    [Fact]
    public async Task A_session_that_a_refused_row_ended_uses_up_no_attempt_and_the_next_one_is_guarded()
    {
        var delayed = Assert.IsType<StepOutcome.Delayed>(await ReactAsync(
            _rig.Begin(), new StageOutcome.TryAgain(RunStage.Load, Lost with { CostsNoAttempt = true })));

        Assert.Equal(["forgive"], _rig.Journal.Lines);
        Assert.True(_rig.Memory.IsGuarded(delayed.Run!));
    }

    [Fact]
    public async Task A_session_that_was_lost_in_a_delivery_has_its_patience()
    {
        var session = _rig.Begin(RunState.Committed);
        _rig.Ledger.Session.IsOpen = false;

        Assert.IsType<StepOutcome.Delayed>(await ReactAsync(session, new StageOutcome.TryAgain(RunStage.Export, Lost)));

        Assert.Equal(["passing: the connection broke"], _rig.Journal.Lines);
    }

    [Fact]
    public async Task A_temporary_fault_is_tried_again_and_nobody_is_notified_at_first()
    {
        var delayed = Assert.IsType<StepOutcome.Delayed>(
            await ReactAsync(_rig.Begin(), new StageOutcome.TryAgain(RunStage.Load, Passing)));

        Assert.Equal(Passing, delayed.Fault);
        Assert.Equal(["passing: S3 answered 503"], _rig.Journal.Lines);
        Assert.Empty(_rig.Ledger.Notices);
    }

    [Theory]
    [InlineData(9, false, 0)]
    [InlineData(10, false, 1)]
    [InlineData(10, true, 0)]
    public async Task After_ten_minutes_of_it_a_person_is_notified_once(int minutes, bool isNotified, int notices)
    {
        _rig.Journal.Wait = new RunWait(RunningRig.Now, TimeSpan.FromMinutes(minutes), isNotified);

        Assert.IsType<StepOutcome.Delayed>(await ReactAsync(_rig.Begin(), new StageOutcome.TryAgain(RunStage.Load, Passing)));

        Assert.Equal(notices, _rig.Ledger.Notices.Count(notice => notice.Kind == "waiting"));
    }

    [Fact]
    public async Task At_the_end_of_its_patience_the_run_fails_and_says_since_when_it_was_tried()
    {
        _rig.Journal.Wait = new RunWait(RunningRig.Now, TimeSpan.FromHours(1), true);

        Assert.IsType<StepOutcome.Ran>(await ReactAsync(_rig.Begin(), new StageOutcome.TryAgain(RunStage.Load, Passing)));

        Assert.Equal((RunState.Failed, "S3 answered 503"), (_rig.Ledger.Run(42).State, _rig.Ledger.Run(42).Error));
        var notice = Assert.Single(_rig.Ledger.Notices);
        Assert.Contains("It has been tried since 2026-03-01 08:00 UTC (RUN__PATIENCE).", notice.Body, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Whoever_holds_a_lock_that_the_run_waits_for_is_named()
    {
        var delayed = Assert.IsType<StepOutcome.Delayed>(
            await ReactAsync(_rig.Begin(), new StageOutcome.TryAgain(RunStage.Load, Passing with { IsOfLock = true })));

        Assert.Equal("session 7 holds the lock", delayed.Fault.Cause);
    }

    [Fact]
    public async Task A_run_that_another_worker_has_taken_is_not_decided_on()
    {
        _rig.Journal.Wait = null;

        await Assert.ThrowsAsync<RunTakenException>(() => ReactAsync(_rig.Begin(), new StageOutcome.TryAgain(RunStage.Load, Passing)));
    }

    [Fact]
    public async Task A_load_that_failed_for_good_fails_its_run_and_only_the_drop_at_fault_with_it()
    {
        var orders = _rig.Land("orders");
        _rig.Land("notes");
        _rig.Land("events");

        Assert.IsType<StepOutcome.Ran>(await ReactAsync(_rig.Begin(), new StageOutcome.Failed(RunStage.Load, Bad, orders)));

        Assert.Equal("failed", Assert.Single(_rig.Ledger.Notices).Kind);
        Assert.Equal("orders failed notes pending events held", _rig.Dispositions());
    }

    [Fact]
    public async Task Where_no_drop_is_at_fault_none_but_the_snapshots_fails()
    {
        _rig.Land("orders");
        _rig.Land("notes");
        _rig.Land("events");

        await ReactAsync(_rig.Begin(), new StageOutcome.Failed(RunStage.Load, Bad, null));

        Assert.Equal("orders failed notes pending events held", _rig.Dispositions());
    }

    [Fact]
    public async Task A_drop_that_adds_to_its_table_and_is_at_fault_fails()
    {
        _rig.Land("orders");
        var events = _rig.Land("events");

        await ReactAsync(_rig.Begin(), new StageOutcome.Failed(RunStage.Load, Bad, events));

        Assert.Equal("orders failed events failed", _rig.Dispositions());
    }

    [Fact]
    public async Task A_delivery_that_failed_for_good_waits_for_a_person()
    {
        Assert.IsType<StepOutcome.Ran>(
            await ReactAsync(_rig.Begin(RunState.Committed), new StageOutcome.Failed(RunStage.Export, Bad, null)));

        Assert.True(_rig.Ledger.Run(42).IsParked);
        Assert.Equal("not_exported", Assert.Single(_rig.Ledger.Notices).Kind);
    }

    [Fact]
    public async Task How_a_run_failed_is_kept_where_its_session_is_gone()
    {
        var session = _rig.Begin();
        _rig.Ledger.Session.IsOpen = false;
        var failed = new StageOutcome.Failed(RunStage.Load, Bad, null);

        Assert.IsType<StepOutcome.Delayed>(await ReactAsync(session, failed));

        Assert.Equal(failed, _rig.Memory.VerdictOf(session.Run));
        Assert.Null(_rig.Memory.VerdictOf(session.Run with { Attempt = 2 }));
        Assert.Null(_rig.Memory.VerdictOf(session.Run with { State = RunState.Committed }));
        Assert.Empty(_rig.Ledger.Notices);
    }

    [Fact]
    public async Task A_failure_whose_writing_broke_is_not_kept_for_a_retry_that_a_person_asks_for()
    {
        var (session, failed) = (_rig.Begin(), new StageOutcome.Failed(RunStage.Load, Bad, null));
        _rig.Memory.Keep(session.Run, failed);
        _rig.Ledger.CommitFault = new IOException("reset");

        await Assert.ThrowsAsync<IOException>(() => ReactAsync(session, failed));

        Assert.Null(_rig.Memory.VerdictOf(session.Run));
    }

    [Fact]
    public async Task Rejects_that_cannot_be_written_keep_no_failure_back()
    {
        _rig.Rejects.Fault = new FaultException(new Fault(FaultKind.Permanent, "access denied", ""));

        Assert.IsType<StepOutcome.Ran>(await ReactAsync(_rig.Begin(), new StageOutcome.Failed(RunStage.Load, Bad, null)));

        Assert.Equal("failed", Assert.Single(_rig.Ledger.Notices).Kind);
    }

    [Fact]
    public async Task A_file_that_is_gone_frees_the_date_where_its_set_is_not_whole_without_it()
    {
        var (orders, session) = (_rig.Land("orders"), _rig.Begin());
        _rig.Source.Delete("in/orders.csv");
        _rig.Time.Advance(TimeSpan.FromMinutes(3));

        Assert.IsType<StepOutcome.Ran>(await ReactAsync(session, Changed(orders)));

        Assert.Empty(_rig.Ledger.Runs);
        Assert.Equal("orders gone", _rig.Dispositions());
        Assert.Equal("gone", Assert.Single(_rig.Ledger.Notices).Kind);
    }

    [Fact]
    public async Task A_file_that_is_gone_and_was_told_of_just_now_is_waited_for()
    {
        var (orders, session) = (_rig.Land("orders"), _rig.Begin());
        _rig.Source.Delete("in/orders.csv");

        var delayed = Assert.IsType<StepOutcome.Delayed>(await ReactAsync(session, Changed(orders)));

        Assert.StartsWith("the object changed; the source does not show memory://landing/in/orders.csv yet", delayed.Fault.Cause,
            StringComparison.Ordinal);
        Assert.Equal("orders claimed", _rig.Dispositions());
    }

    [Fact]
    public async Task A_retry_whose_file_is_gone_fails_by_that_file()
    {
        var (orders, begun) = (_rig.Land("orders"), _rig.Begin());
        var session = begun with { Run = _rig.Ledger.Change(begun.Run with { Reason = "again" }) };
        _rig.Source.Delete("in/orders.csv");
        _rig.Time.Advance(TimeSpan.FromMinutes(3));

        Assert.IsType<StepOutcome.Ran>(await ReactAsync(session, Changed(orders)));

        Assert.Equal(RunState.Failed, _rig.Ledger.Run(42).State);
    }

    private static StageOutcome.PlanAgain Changed(Drop drop) =>
        new(RunStage.Load, new Fault(FaultKind.Permanent, "the object changed", "Drop the file again."), drop);

    private Task<StepOutcome> ReactAsync(RunSession session, StageOutcome outcome) => _rig.Reaction.ReactAsync(session, outcome, Stop);
}
