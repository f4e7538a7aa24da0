using EtlWorker.IntegrationTests.Rigging;
using EtlWorker.StandIns;
using EtlWorker.StandIns.Http;
using Xunit;

namespace EtlWorker.IntegrationTests.Recovery;

/// <summary>
/// Two workers on one queue and one ledger: a date has one run and one notice, and the one takes over what the other left.
/// </summary>
public sealed class TwoWorkersTests(PostgresServer postgres, UndisturbedRun undisturbed) : IClassFixture<UndisturbedRun>, IAsyncLifetime
{
    private readonly ShiftedClock _clock = new();
    private LocalAws _aws = null!;

    public async ValueTask InitializeAsync() =>
        _aws = await LocalAws.StartAsync(new LocalAwsOptions { TimeProvider = _clock }, TestContext.Current.CancellationToken);

    public ValueTask DisposeAsync() => _aws.DisposeAsync();

    [Fact]
    public async Task Day_after_day_two_workers_that_hear_the_same_run_each_date_once()
    {
        const int Days = 4;
        await using var rig = await Rig.CreateAsync(postgres, _aws.Endpoint, UndisturbedRun.AsOf, TestContext.Current.CancellationToken);
        rig.Environment["ETLWORKER__RUN__INTERVAL"] = "00:00:01";
        // Each message twice: both workers hear of each drop.
        _aws.Faults.DeliverCopies(rig.Aws.QueueName, 2);
        await using var first = await rig.StartAsync();
        await using var second = await rig.StartAsync();
        for (var day = 0; day < Days; day++)
        {
            _clock.Shift = TimeSpan.FromDays(day);
            await rig.DropRequiredAsync(undisturbed.Directory);
            Assert.Equal("succeeded", (await rig.Aws.NextNoticeAsync(rig.Token)).Attributes["status"]);
        }

        await rig.UntilAsync("select not exists (select from etl.notification where sent_at is null)");
        Assert.Equal((0, 0), (await first.StopAsync(rig.Token), await second.StopAsync(rig.Token)));
        Assert.Equal(
            Days, _aws.Outbox.Notices.Select(notice => (notice.Attributes["run_date"], notice.Attributes["status"])).Distinct().Count());
        Assert.Equal(Days, _aws.Outbox.Notices.Count);
        Assert.Equal((Days, Days, Days), (
            await rig.QueryAsync<long>("select count(distinct run_date) from etl.run where state = 'succeeded' and attempt = 1"),
            await rig.QueryAsync<long>("select count(*) from etl.run"),
            await rig.QueryAsync<long>("select count(*) from etl.notification")));
        Assert.Equal(
            3 * Days, await rig.QueryAsync<long>("select count(*) from etl.drop where feed is not null and disposition = 'loaded'"));
        Assert.Equal(3 * Days, await rig.QueryAsync<long>("select count(*) from etl.run_feed"));
        Assert.Equal(0, await rig.QueryAsync<long>("select count(*) from etl.drop where feed is not null and disposition <> 'loaded'"));
    }

    [Fact]
    public async Task When_the_one_is_killed_in_the_middle_of_a_load_the_other_takes_over()
    {
        await using var run = await undisturbed.DisturbAsync(_aws);
        await using var first = await run.Rig.StartAsync();
        await using var second = await run.Rig.StartAsync();
        await using var roadblock = await Roadblock.RaiseAsync(
            run.Rig, "create trigger roadblock before insert on staging.shipment_deliveries");
        await undisturbed.DropAsync(run);
        await roadblock.ReachedAsync();
        var isFirst = await IsAtWorkAsync(run, first);
        Assert.NotEqual(isFirst, await IsAtWorkAsync(run, second));

        (isFirst ? first : second).Kill();
        await roadblock.TurnAwayAsync();
        await roadblock.LiftAsync();

        var other = isFirst ? second : first;
        var outcome = await run.EndAsync(other);
        Assert.Equal((2, 1, ""), (outcome.Attempts, outcome.Told, outcome.Unended));
        Assert.True(await IsAtWorkAsync(run, other));
    }

    [Fact]
    public async Task Workers_that_deliver_a_run_in_turn_say_so_once_and_call_nobody_dead()
    {
        await using var rig = await Rig.CreateAsync(postgres, _aws.Endpoint, null, TestContext.Current.CancellationToken);
        await rig.DefineAsync("{}", "orders");
        await using var worker = await rig.StartAsync();
        _aws.Faults.Fail(
            AwsService.S3, int.MaxValue,
            when: request => request.Operation == "PUT" && request.Target.Contains("/out/", StringComparison.Ordinal));
        await rig.DropRowsAsync("orders", 3);
        await rig.UntilAsync("select exists (select from etl.run where state = 'committed')");
        for (var turn = 0; turn < 3; turn++)
        {
            await rig.ExecuteAsync("update etl.run set worker = 'other:1'");
            await rig.UntilAsync("select worker <> 'other:1' from etl.run");
        }

        _aws.Faults.Clear();

        var told = (await rig.NotifiedAsync("succeeded")).Body;
        Assert.Equal(2, told.Split("recovered: other:1").Length);
        Assert.DoesNotContain("killed", told, StringComparison.Ordinal);
    }

    private static Task<bool> IsAtWorkAsync(DisturbedRun run, WorkerProcess worker) =>
        run.Rig.QueryAsync<bool>($"select worker like '%:{worker.Id}' from etl.run");
}
