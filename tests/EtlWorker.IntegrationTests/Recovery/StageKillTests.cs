using EtlWorker.IntegrationTests.Rigging;
using EtlWorker.StandIns;
using EtlWorker.StandIns.Http;
using Xunit;

namespace EtlWorker.IntegrationTests.Recovery;

/// <summary>
/// The real process killed at every boundary of the stages, and another one started: the run ends as if nothing had happened.
/// </summary>
public sealed class StageKillTests(UndisturbedRun undisturbed, ITestOutputHelper output)
    : IClassFixture<UndisturbedRun>, IAsyncLifetime
{
    private LocalAws _aws = null!;

    public static TheoryData<string> Points => [.. StagePoint.All.Select(point => point.Name)];

    public async ValueTask InitializeAsync() => _aws = await LocalAws.StartAsync(cancellationToken: TestContext.Current.CancellationToken);

    public ValueTask DisposeAsync() => _aws.DisposeAsync();

    [Theory]
    [MemberData(nameof(Points))]
    public async Task Killed_while(string name)
    {
        var point = StagePoint.All.Single(point => point.Name == name);
        await using var run = await undisturbed.DisturbAsync(_aws);
        await undisturbed.DropAsync(run);
        await using var roadblock = await Roadblock.RaiseAsync(run.Rig, point.Trigger);
        await using (var worker = WorkerProcess.Start(run.Rig.Environment))
        {
            await roadblock.ReachedAsync();
            worker.Kill();
            await worker.ExitAsync(run.Rig.Token);
        }

        if (!point.Arrives)
        {
            await roadblock.TurnAwayAsync();
        }

        await roadblock.LiftAsync();
        await run.AssertAllOrNothingAsync();
        await using var second = WorkerProcess.Start(run.Rig.Environment);
        var outcome = await run.EndAsync(second);

        output.WriteLine($"killed while {name}: attempt {outcome.Attempts}, told {outcome.Told} times");
        Assert.Equal(
            (point.Attempts, point.Recovered, point.Told, point.Unended),
            (outcome.Attempts, outcome.Recovered, outcome.Told, outcome.Unended));
        Assert.DoesNotContain(
            "not finished", await run.Rig.QueryAsync<string>("select string_agg(body, '') from etl.notification"),
            StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(1, false)]
    [InlineData(2, true)]
    [InlineData(4, false)]
    [InlineData(6, true)]
    public async Task Killed_when_an_export_arrives_at_S3(int nth, bool isServed) =>
        await KilledWhenAsync(AwsService.S3, request => request.Operation == "PUT", nth, isServed, told: 1);

    [Theory]
    [InlineData(false, 1)]
    [InlineData(true, 2)]
    public async Task Killed_when_the_notice_arrives_at_SNS(bool isServed, int told) =>
        await KilledWhenAsync(AwsService.Sns, request => request.Operation == "Publish", 1, isServed, told);

    private async Task KilledWhenAsync(AwsService service, Func<AwsRequest, bool> matches, int nth, bool isServed, int told)
    {
        await using var run = await undisturbed.DisturbAsync(_aws);
        await undisturbed.DropAsync(run);
        var killed = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        await using var worker = WorkerProcess.Start(run.Rig.Environment);
        var seen = 0;
        _aws.Faults.Fail(service, when: request =>
        {
            if (killed.Task.IsCompleted || !matches(request) || ++seen < nth)
            {
                return false;
            }

            worker.Kill();
            killed.SetResult();
            return !isServed;
        });
        await killed.Task.WaitAsync(run.Rig.Token);
        await worker.ExitAsync(run.Rig.Token);
        await run.AssertAllOrNothingAsync();

        await using var second = WorkerProcess.Start(run.Rig.Environment);
        var outcome = await run.EndAsync(second);

        output.WriteLine($"killed at request {nth} of {service}, {(isServed ? "served" : "refused")}: told {outcome.Told} times");
        Assert.Equal((1, told, ""), (outcome.Attempts, outcome.Told, outcome.Unended));
    }
}
