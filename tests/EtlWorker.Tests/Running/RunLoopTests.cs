using EtlWorker.Running;
using EtlWorker.Storage;
using EtlWorker.Tests.Memory;
using Microsoft.Extensions.Logging.Abstractions;
using Xunit;

namespace EtlWorker.Tests.Running;

public sealed class RunLoopTests
{
    private readonly RunningRig _rig = new();

    private static CancellationToken Stop => TestContext.Current.CancellationToken;

    [Fact]
    public async Task A_set_is_run_at_once_when_its_drops_are_signalled_and_the_loop_ends_with_its_stop()
    {
        var ran = new TaskCompletionSource();
        _rig.Notify.Does = (_, _) =>
        {
            ran.SetResult();
            return Task.CompletedTask;
        };
        using var loop = Loop();
        await loop.StartAsync(Stop);
        await _rig.Time.WaitedForAsync(Stop);
        _rig.Land("orders");
        _rig.Land("events");
        _rig.Signal.Raise();

        await ran.Task.WaitAsync(Stop);
        await loop.StopAsync(Stop);

        Assert.True(loop.ExecuteTask!.IsCompletedSuccessfully);
        Assert.StartsWith("Stopping", _rig.Status.Text, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_ledger_that_comes_back_is_gone_on_with_after_a_wait()
    {
        _rig.Ledger.OpenFault = new DatabaseUnreachableException("no route", "", null);
        using var loop = Loop();
        await loop.StartAsync(Stop);
        await _rig.Time.WaitedForAsync(Stop);
        Assert.True(_rig.Memory.WasAway);
        _rig.Ledger.OpenFault = null;
        _rig.Land("orders");
        _rig.Land("events");
        var ran = new TaskCompletionSource();
        _rig.Notify.Does = (_, _) =>
        {
            ran.SetResult();
            return Task.CompletedTask;
        };

        // The first wait is a second at most.
        _rig.Time.Advance(TimeSpan.FromSeconds(1));
        await ran.Task.WaitAsync(Stop);
        await loop.StopAsync(Stop);
    }

    private RunLoop Loop() => new(
        Given.Each(new PipelineTurn(RunningRig.Pipeline, _rig.Runner, _rig.Alert, _rig.Time, NullLogger<PipelineTurn>.Instance)),
        new WorkOrder(null!), _rig.Signal, _rig.Status, new StallWatch(_rig.Status, _rig.Alert, _rig.Time), _rig.Options, _rig.Time,
        NullLogger<RunLoop>.Instance);
}
