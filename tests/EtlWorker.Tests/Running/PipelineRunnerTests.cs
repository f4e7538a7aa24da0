using EtlWorker.Domain.Runs;
using EtlWorker.Running;
using EtlWorker.Storage;
using Xunit;

namespace EtlWorker.Tests.Running;

/// <summary>The steps of a pipeline, without a database.</summary>
public sealed class PipelineRunnerTests
{
    private readonly RunningRig _rig = new();

    private static CancellationToken Stop => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Without_a_drop_there_is_nothing_to_do() => Assert.IsType<StepOutcome.Idle>(await _rig.Runner.StepAsync(Stop));

    [Fact]
    public async Task A_set_that_is_whole_runs_to_its_end()
    {
        _rig.Land("orders");
        _rig.Land("events");

        Assert.IsType<StepOutcome.Ran>(await _rig.Runner.StepAsync(Stop));

        Assert.Equal((1, 1), (_rig.Load.Runs, _rig.Notify.Runs));
        Assert.Equal(new DateOnly(2026, 3, 1), Assert.Single(_rig.Ledger.Runs).RunDate);
    }

    [Fact]
    public async Task While_another_worker_has_the_lock_no_run_begins_and_notices_are_sent()
    {
        _rig.Land("orders");
        _rig.Land("events");
        _rig.Ledger.IsLockedElsewhere = true;
        _rig.Ledger.Notices.Add(new() { Pipeline = "small", Kind = "held", Subject = "held", Body = "" });

        Assert.IsType<StepOutcome.Idle>(await _rig.Runner.StepAsync(Stop));

        Assert.Empty(_rig.Ledger.Runs);
        Assert.Equal("held", Assert.Single(_rig.Inbox.Received).Subject);
    }

    [Fact]
    public async Task A_run_that_was_left_is_taken_up_with_its_next_attempt()
    {
        _rig.Begin();

        Assert.IsType<StepOutcome.Ran>(await _rig.Runner.StepAsync(Stop));

        Assert.Equal((2, 1), (_rig.Ledger.Run(42).Attempt, _rig.Load.Runs));
        Assert.Contains("begin wait anew, away: False", _rig.Ledger.Calls);
    }

    [Fact]
    public async Task A_run_that_ended_its_worker_too_often_fails()
    {
        _rig.Ledger.Change(_rig.Begin().Run with { Attempt = 3 });

        Assert.IsType<StepOutcome.Ran>(await _rig.Runner.StepAsync(Stop));

        Assert.Equal((RunState.Failed, 0), (_rig.Ledger.Run(42).State, _rig.Load.Runs));
        Assert.Equal("the worker ended 3 times while it loaded this run", _rig.Ledger.Run(42).Error);
    }

    [Fact]
    public async Task A_failure_that_could_not_be_written_is_written_by_the_next_step_without_another_attempt()
    {
        var run = _rig.Begin().Run;
        _rig.Memory.Keep(run, new StageOutcome.Failed(RunStage.Load, new Fault(FaultKind.Permanent, "line 3 is bad", "correct it"), null));

        Assert.IsType<StepOutcome.Ran>(await _rig.Runner.StepAsync(Stop));

        Assert.Equal((RunState.Failed, 1, 0), (_rig.Ledger.Run(42).State, _rig.Ledger.Run(42).Attempt, _rig.Load.Runs));
        Assert.Null(_rig.Memory.VerdictOf(run));
    }

    [Fact]
    public async Task A_failure_is_not_written_twice_where_its_run_has_ended_meanwhile()
    {
        var run = _rig.Begin(RunState.Committed).Run;
        _rig.Memory.Keep(run, new StageOutcome.Failed(RunStage.Export, new Fault(FaultKind.Permanent, "no bucket", ""), null));
        _rig.Ledger.Change(run with { Error = "no bucket" });

        await _rig.Runner.StepAsync(Stop);

        Assert.Null(_rig.Memory.VerdictOf(run));
    }

    [Fact]
    public async Task A_run_that_waits_keeps_no_notice_back()
    {
        _rig.Begin();
        _rig.Ledger.Notices.Add(new() { Pipeline = "small", Kind = "held", Subject = "held", Body = "" });
        _rig.Load.Does = (_, _) => throw new IOException("reset");

        Assert.IsType<StepOutcome.Delayed>(await _rig.Runner.StepAsync(Stop));

        Assert.Equal("held", Assert.Single(_rig.Inbox.Received).Subject);
    }

    [Fact]
    public async Task A_ledger_out_of_reach_delays_the_step_and_uses_up_nothing()
    {
        _rig.Ledger.OpenFault = new DatabaseUnreachableException("no route", "see the network", null);

        var delayed = Assert.IsType<StepOutcome.Delayed>(await _rig.Runner.StepAsync(Stop));

        Assert.Equal((RunStage.Plan, FaultKind.Unreachable, "see the network"), (delayed.Stage, delayed.Fault.Kind, delayed.Fault.Remedy));
        Assert.Null(delayed.Run);
        Assert.True(_rig.Memory.WasAway);
    }

    [Fact]
    public async Task Whatever_fails_outside_of_a_stage_delays_the_step_with_its_stack()
    {
        var fault = new InvalidOperationException("sequence contains no elements");
        _rig.Ledger.OpenFault = fault;

        var delayed = Assert.IsType<StepOutcome.Delayed>(await _rig.Runner.StepAsync(Stop));

        Assert.Same(fault, delayed.Fault.Unexpected);
    }

    [Fact]
    public async Task A_step_that_is_stopped_says_so()
    {
        using var stop = new CancellationTokenSource();
        await stop.CancelAsync();
        _rig.Ledger.OpenFault = new OperationCanceledException(stop.Token);

        Assert.IsType<StepOutcome.Stopped>(await _rig.Runner.StepAsync(stop.Token));
    }

    [Fact]
    public async Task A_run_of_this_date_that_failed_is_not_begun_again_by_itself()
    {
        _rig.Ledger.Change(_rig.Begin().Run with { State = RunState.Failed });
        _rig.Land("orders");
        _rig.Land("events");

        Assert.IsType<StepOutcome.Idle>(await _rig.Runner.StepAsync(Stop));

        Assert.Single(_rig.Ledger.Runs);
        Assert.Equal("orders held events held", _rig.Dispositions());
    }

    [Fact]
    public async Task Without_its_migrations_no_run_begins_and_notices_are_sent()
    {
        _rig.Land("orders");
        _rig.Land("events");
        _rig.Ledger.Notices.Add(new() { Pipeline = "small", Kind = "held", Subject = "held", Body = "" });
        _rig.Migrations.Lacking = new Fault(FaultKind.Permanent, "pipeline small needs migration 002.sql", "migrate");

        var delayed = Assert.IsType<StepOutcome.Delayed>(await _rig.Runner.StepAsync(Stop));

        Assert.Equal((RunStage.Plan, "pipeline small needs migration 002.sql"), (delayed.Stage, delayed.Fault.Cause));
        Assert.Null(delayed.Run);
        Assert.Empty(_rig.Ledger.Runs);
        Assert.Equal("orders pending events pending", _rig.Dispositions());
        Assert.Equal("held", Assert.Single(_rig.Inbox.Received).Subject);

        _rig.Migrations.Lacking = null;
        Assert.IsType<StepOutcome.Ran>(await _rig.Runner.StepAsync(Stop));
    }

    [Fact]
    public async Task A_run_that_was_left_waits_for_the_migrations_of_its_definition()
    {
        _rig.Begin();
        _rig.Migrations.Lacking = new Fault(FaultKind.Permanent, "pipeline small needs migration 002.sql", "migrate");

        Assert.IsType<StepOutcome.Delayed>(await _rig.Runner.StepAsync(Stop));

        Assert.Equal((1, 0), (_rig.Ledger.Run(42).Attempt, _rig.Load.Runs));
    }

    [Fact]
    public async Task A_run_that_is_loaded_is_delivered_whatever_migration_is_lacking()
    {
        _rig.Begin(RunState.Committed);
        _rig.Migrations.Lacking = new Fault(FaultKind.Permanent, "pipeline small needs migration 002.sql", "migrate");

        Assert.IsType<StepOutcome.Ran>(await _rig.Runner.StepAsync(Stop));

        Assert.Equal((0, 1, 1), (_rig.Load.Runs, _rig.Export.Runs, _rig.Notify.Runs));
    }
}
