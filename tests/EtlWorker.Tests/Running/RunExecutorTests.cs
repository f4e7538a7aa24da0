using EtlWorker.Domain.Runs;
using EtlWorker.Extract;
using Xunit;

namespace EtlWorker.Tests.Running;

/// <summary>A run through its stages, and how it ended, without a database.</summary>
public sealed class RunExecutorTests
{
    private readonly RunningRig _rig = new();

    private static CancellationToken Stop => TestContext.Current.CancellationToken;

    [Fact]
    public async Task A_claimed_run_is_loaded_committed_and_delivered()
    {
        _rig.Check.Does = (work, _) =>
        {
            work.Warnings.Add("two rows look odd");
            return Task.CompletedTask;
        };

        var (session, outcome) = await _rig.Executor.ExecuteAsync(_rig.Begin(), Stop);

        Assert.IsType<StageOutcome.Completed>(outcome);
        Assert.Equal((RunState.Committed, "two rows look odd"), (session.Run.State, Assert.Single(session.Run.Warnings)));
        Assert.Equal(["commit"], _rig.Ledger.Calls);
        Assert.Equal(
            ["Load", "Check", "Commit", "Export", "Notify"],
            _rig.Journal.Lines.Where(line => line.StartsWith("begin", StringComparison.Ordinal)).Select(line => line[6..]));
        Assert.Equal(5, _rig.Journal.Lines.Count(line => line.StartsWith("end", StringComparison.Ordinal)));
    }

    [Fact]
    public async Task A_committed_run_is_delivered_and_not_loaded_again()
    {
        Assert.IsType<StageOutcome.Completed>((await _rig.Executor.ExecuteAsync(_rig.Begin(RunState.Committed), Stop)).Outcome);

        Assert.Equal((0, 1, 1), (_rig.Load.Runs, _rig.Export.Runs, _rig.Notify.Runs));
    }

    [Fact]
    public async Task The_drop_that_was_being_loaded_is_at_fault_where_its_contents_may_be()
    {
        var orders = _rig.Land("orders");
        _rig.Load.Does = (work, _) =>
        {
            work.Loading = orders;
            throw new RunFailedException("line 3 is bad", "correct it");
        };

        var (session, outcome) = await _rig.Executor.ExecuteAsync(_rig.Begin(), Stop);

        Assert.Equal(orders, Assert.IsType<StageOutcome.Failed>(outcome).AtFault);
        Assert.Equal((RunState.Claimed, 0), (session.Run.State, _rig.Check.Runs));
        Assert.Empty(_rig.Ledger.Calls);
    }

    [Fact]
    public async Task Between_drops_none_is_at_fault()
    {
        _rig.Land("orders");
        _rig.Load.Does = (_, _) => throw new RunFailedException("the table is referred to", "correct the table");

        var (_, outcome) = await _rig.Executor.ExecuteAsync(_rig.Begin(), Stop);

        Assert.Null(Assert.IsType<StageOutcome.Failed>(outcome).AtFault);
    }

    [Fact]
    public async Task An_object_that_changed_has_the_batch_planned_again()
    {
        var orders = _rig.Land("orders");
        _rig.Load.Does = (_, _) => throw new DropChangedException(orders);

        var (_, outcome) = await _rig.Executor.ExecuteAsync(_rig.Begin(), Stop);

        Assert.Equal(orders, Assert.IsType<StageOutcome.PlanAgain>(outcome).Changed);
    }

    [Fact]
    public async Task A_temporary_fault_on_a_session_that_is_there_is_tried_again()
    {
        _rig.Check.Does = (_, _) => throw new IOException("reset");

        var (_, outcome) = await _rig.Executor.ExecuteAsync(_rig.Begin(), Stop);

        Assert.Equal((RunStage.Check, FaultKind.Passing), KindOf(outcome));
    }

    [Fact]
    public async Task A_temporary_fault_with_which_the_session_is_gone_is_the_sessions_loss()
    {
        _rig.Check.Does = (_, _) =>
        {
            _rig.Ledger.Session.IsOpen = false;
            throw new IOException("reset");
        };

        var (_, outcome) = await _rig.Executor.ExecuteAsync(_rig.Begin(), Stop);

        Assert.Equal((RunStage.Check, FaultKind.SessionLost), KindOf(outcome));
    }

    [Fact]
    public async Task A_ledger_out_of_reach_is_no_fault_of_the_run()
    {
        _rig.Journal.Fault = new FaultException(new Fault(FaultKind.Unreachable, "no route", ""));

        var (_, outcome) = await _rig.Executor.ExecuteAsync(_rig.Begin(), Stop);

        Assert.Equal(RunStage.Load, Assert.IsType<StageOutcome.Unreachable>(outcome).Stage);
    }

    [Fact]
    public async Task A_commit_that_fails_delivers_nothing()
    {
        _rig.Ledger.CommitFault = new IOException("reset");

        var (session, outcome) = await _rig.Executor.ExecuteAsync(_rig.Begin(), Stop);

        Assert.Equal(RunStage.Commit, Assert.IsType<StageOutcome.TryAgain>(outcome).Stage);
        Assert.Equal((RunState.Claimed, 0), (session.Run.State, _rig.Export.Runs));
    }

    [Fact]
    public async Task What_fails_while_it_is_stopped_is_the_stop()
    {
        using var stop = new CancellationTokenSource();
        _rig.Load.Does = async (_, _) =>
        {
            await stop.CancelAsync();
            throw new InvalidOperationException("half-way");
        };

        var (_, outcome) = await _rig.Executor.ExecuteAsync(_rig.Begin(), stop.Token);

        Assert.IsType<StageOutcome.Stopped>(outcome);
    }

    [Fact]
    public async Task An_export_that_fails_is_not_notified_as_a_success()
    {
        _rig.Export.Does = (_, _) => throw new FaultException(new Fault(FaultKind.Permanent, "access denied", "grant it"));

        var (session, outcome) = await _rig.Executor.ExecuteAsync(_rig.Begin(), Stop);

        Assert.Equal(RunStage.Export, Assert.IsType<StageOutcome.Failed>(outcome).Stage);
        Assert.Equal((RunState.Committed, 0), (session.Run.State, _rig.Notify.Runs));
    }

    private static (RunStage Stage, FaultKind Kind) KindOf(StageOutcome outcome) =>
        Assert.IsType<StageOutcome.TryAgain>(outcome) is var again ? (again.Stage, again.Fault.Kind) : default;
}
