using System.Diagnostics;
using EtlWorker.IntegrationTests.Rigging;
using EtlWorker.StandIns;
using Xunit;

namespace EtlWorker.IntegrationTests.Recovery;

/// <summary>SIGTERM in the middle of a run: exit 0 within the unit's time, nothing half done, and the next start ends the run.</summary>
public sealed class StopTests(UndisturbedRun undisturbed, ITestOutputHelper output) : IClassFixture<UndisturbedRun>, IAsyncLifetime
{
    private static readonly TimeSpan StopsWithin = TimeSpan.FromSeconds(25);

    private static readonly string[] Stops =
    [
        "load begins", "the tables are emptied", "the last feed is copied", "check begins", "an analysis writes",
        "the data commits and is lost", "commit ends", "export begins", "notify begins", "success commits and is lost",
        "the notice is out and not marked as sent",
    ];

    private LocalAws _aws = null!;

    public static TheoryData<string> Points => [.. Stops];

    public async ValueTask InitializeAsync() => _aws = await LocalAws.StartAsync(cancellationToken: TestContext.Current.CancellationToken);

    public ValueTask DisposeAsync() => _aws.DisposeAsync();

    [Theory]
    [MemberData(nameof(Points))]
    public async Task Stopped_while(string name)
    {
        var point = StagePoint.All.Single(point => point.Name == name);
        await using var run = await undisturbed.DisturbAsync(_aws);
        await undisturbed.DropAsync(run);
        await using (var roadblock = await Roadblock.RaiseAsync(run.Rig, point.Trigger))
        await using (var worker = WorkerProcess.Start(run.Rig.Environment))
        {
            await roadblock.ReachedAsync();
            await StopAsync(run, worker);
        }

        await EndAsync(run);
    }

    [Fact]
    public async Task Stopped_while_a_slow_body_is_read()
    {
        await using var run = await undisturbed.DisturbAsync(_aws);
        await undisturbed.DropAsync(run);
        var reading = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        _aws.Faults.SlowBody(1_000, TimeSpan.FromSeconds(1), times: 1, when: request =>
            request.Operation == "GET" && request.Target.Contains("shipment", StringComparison.Ordinal) && reading.TrySetResult());
        await using (var worker = WorkerProcess.Start(run.Rig.Environment))
        {
            await reading.Task.WaitAsync(run.Rig.Token);
            await StopAsync(run, worker);
        }

        await EndAsync(run);
    }

    [Fact]
    public async Task Stopped_while_rows_are_written_that_nobody_takes()
    {
        await using var run = await undisturbed.DisturbAsync(_aws);
        // More than the two ends of the connection hold, so that the worker stands in a write and not before an answer.
        using var large = new SampleDirectory(orders: 400_000);
        await run.Rig.DropRequiredAsync(large.Path);
        await using (var roadblock = await Roadblock.RaiseAsync(
            run.Rig, "create trigger roadblock before insert on staging.orders for each row when (new.order_id > 0)"))
        await using (var worker = WorkerProcess.Start(run.Rig.Environment))
        {
            await roadblock.ReachedAsync();
            await run.Rig.UntilAsync("select exists (select from pg_stat_progress_copy)");
            await StopAsync(run, worker);
            Assert.Contains("was stopped; what was not committed is rolled back", worker.Output, StringComparison.Ordinal);
        }

        Assert.Equal(0, await run.Rig.QueryAsync<int>("select attempt + 1 - first_attempt from etl.run"));
    }

    private async Task StopAsync(DisturbedRun run, WorkerProcess worker)
    {
        var began = Stopwatch.GetTimestamp();
        Assert.Equal(0, await worker.StopAsync(run.Rig.Token));
        var took = Stopwatch.GetElapsedTime(began);
        output.WriteLine($"stopped within {took.TotalSeconds:0.00} s");
        Assert.True(took < StopsWithin, worker.Output);
        Assert.DoesNotContain("ried again", worker.Output, StringComparison.Ordinal);
        await run.AssertAllOrNothingAsync();
    }

    /// <summary>A stop uses up no attempt, and what was reported is not told again.</summary>
    private static async Task EndAsync(DisturbedRun run)
    {
        run.Rig.Environment["ETLWORKER__RUN__ATTEMPTS"] = "1";
        await using var second = WorkerProcess.Start(run.Rig.Environment);
        var outcome = await run.EndAsync(second);
        Assert.InRange(outcome.Told, 1, 2);
    }
}
