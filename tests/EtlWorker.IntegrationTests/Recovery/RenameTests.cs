using EtlWorker.IntegrationTests.Rigging;
using EtlWorker.StandIns;
using Xunit;

namespace EtlWorker.IntegrationTests.Recovery;

/// <summary>Feeds and pipelines that have another name than before.</summary>
public sealed class RenameTests(PostgresServer postgres) : IAsyncLifetime
{
    private const string AllIds = "select string_agg(id::text, ' ' order by id) from public.extra";
    private readonly ShiftedClock _clock = new() { Shift = -SmallPipeline.OneDay };
    private LocalAws _aws = null!;

    public async ValueTask InitializeAsync() =>
        _aws = await LocalAws.StartAsync(new LocalAwsOptions { TimeProvider = _clock }, TestContext.Current.CancellationToken);

    public ValueTask DisposeAsync() => _aws.DisposeAsync();

    [Fact]
    public async Task What_was_held_for_a_feed_is_taken_under_its_new_name()
    {
        await using var rig = await RunADayAsync(holds: true);
        rig.Define(pipeline => (pipeline["feeds"]![1]!["name"], pipeline["feeds"]![1]!["formerName"]) = ("more", "extra"));
        _clock.Shift = TimeSpan.Zero;
        await using var worker = await rig.StartAsync();
        await rig.DropRowsAsync("orders", 3);
        await rig.DropAsync("in/extra.csv", "id,note\n3,x\n");

        await rig.NotifiedAsync("succeeded");
        Assert.Equal("1 2 3", await rig.QueryAsync<string>(AllIds));
        Assert.Equal("more loaded, more loaded, more loaded, orders loaded, orders loaded", await rig.DropsAsync());
        Assert.Equal(0, await rig.QueryAsync<long>("select count(*) from etl.run_feed where feed = 'extra'"));
    }

    [Fact]
    public async Task What_a_new_name_of_a_feed_would_leave_behind_is_told_at_start()
    {
        await using var rig = await RunADayAsync(holds: true);
        rig.Define(pipeline => pipeline["feeds"]![1]!["name"] = "more");
        await using var worker = await rig.StartAsync();

        await worker.SeeAsync("The definition has no feed extra, and drops of it wait (1)", rig.Token);
    }

    [Fact]
    public async Task A_pipeline_of_a_new_name_goes_on_where_the_former_one_was()
    {
        await using var rig = await RunADayAsync(holds: false);
        rig.Define(pipeline => (pipeline["name"], pipeline["formerName"]) = ("renamed", "retail"));
        rig.Environment["ETLWORKER__RECOVERY__INTERVAL"] = "00:00:01";
        // As one that was killed and could not say so.
        await rig.ExecuteAsync("update etl.worker set stopped_at = null");
        var waits = await StartUnsettledAsync(rig, "a worker is still at work on pipeline retail, whose new name is renamed");
        await rig.SilenceWorkersAsync("1 hour");
        await rig.UntilAsync("select count(*) = 1 from etl.worker where pipeline = 'renamed'");
        await waits.DisposeAsync();
        await using var worker = await rig.StartAsync();
        _clock.Shift = TimeSpan.Zero;
        await rig.DropRowsAsync("orders", 3);
        await rig.DropAsync("in/extra.csv", "id,note\n2,x\n");

        await rig.NotifiedAsync("succeeded");
        Assert.Equal("1 2", await rig.QueryAsync<string>(AllIds));
        Assert.Equal(
            "renamed 2", await rig.QueryAsync<string>("select string_agg(distinct pipeline, ' ') || ' ' || count(*) from etl.run"));
        Assert.Equal(0, await rig.QueryAsync<long>("select count(*) from etl.drop where pipeline = 'retail'"));
    }

    /// <summary>It goes on with the definition that it began with, which has the former name.</summary>
    [Fact]
    public async Task A_run_that_was_claimed_under_the_former_name_ends_under_the_new_one()
    {
        await using var rig = await Rig.CreateAsync(postgres, _aws.Endpoint, null, TestContext.Current.CancellationToken);
        await rig.DefineAsync("{}", "orders");
        await using var roadblock = await Roadblock.RaiseAsync(
            rig, "create trigger roadblock before insert on etl.run_stage for each row when (new.stage = 'analyse')");
        await using (var former = await rig.StartAsync())
        {
            await rig.DropRowsAsync("orders", 3);
            await roadblock.ReachedAsync();
            former.Kill();
            await former.ExitAsync(rig.Token);
        }

        await roadblock.LiftAsync();
        await rig.SilenceWorkersAsync("1 hour");
        rig.Define(pipeline => (pipeline["name"], pipeline["formerName"]) = ("renamed", "retail"));
        await using var worker = await rig.StartAsync();

        await rig.NotifiedAsync("succeeded");
        Assert.Equal(3, await rig.RowsAsync("orders"));
        Assert.Equal("renamed 2", await rig.QueryAsync<string>("select pipeline || ' ' || attempt from etl.run"));
    }

    [Fact]
    public async Task A_pipeline_that_would_add_the_same_files_again_under_a_new_name_is_refused_with_what_to_say()
    {
        await using var rig = await RunADayAsync(holds: false);
        await rig.SilenceWorkersAsync("1 hour");
        rig.Define(pipeline => pipeline["name"] = "renamed");
        rig.Environment["ETLWORKER__RECOVERY__INTERVAL"] = "00:00:01";
        await using var worker = await StartUnsettledAsync(rig, "say \"formerName\": \"retail\" in the definition; if not");

        Assert.Equal("retail", await rig.QueryAsync<string>(
            "select string_agg(distinct pipeline, ' ') from (select pipeline from etl.run union select pipeline from etl.drop) as named"));
        Assert.Equal("1", await rig.QueryAsync<string>(AllIds));
    }

    [Fact]
    public async Task Names_that_both_have_a_run_are_not_joined_and_that_is_told()
    {
        await using var rig = await RunADayAsync(holds: false);
        await rig.SilenceWorkersAsync("1 hour");
        await rig.ExecuteAsync(
            """
            insert into etl.run (pipeline, run_date, as_of, time_zone, origin, state, attempt, definition_hash, worker, error,
                claimed_at, ended_at)
            select 'renamed', run_date, as_of, time_zone, origin, 'failed', attempt, definition_hash, worker, 'x', claimed_at, ended_at
            from etl.run
            """);
        rig.Define(pipeline => (pipeline["name"], pipeline["formerName"]) = ("renamed", "retail"));
        await using var worker = await StartUnsettledAsync(rig, "and renamed has some of its own: nothing is carried over");

        Assert.Equal("1 1", await rig.QueryAsync<string>(
            "select string_agg(n::text, ' ') from (select count(*) as n from etl.run group by pipeline) as runs"));
    }

    /// <summary>A worker that waits: it receives nothing, and says why.</summary>
    private static async Task<WorkerProcess> StartUnsettledAsync(Rig rig, string why)
    {
        var worker = WorkerProcess.Start(rig.Environment);
        await worker.SeeAsync(why, rig.Token);
        return worker;
    }

    private async Task<Rig> RunADayAsync(bool holds)
    {
        var rig = await Rig.CreateAsync(postgres, _aws.Endpoint, null, TestContext.Current.CancellationToken);
        await rig.DefineAsync("{}", "orders", """extra "mode": "append" """);
        await rig.ExecuteAsync("alter table public.extra drop constraint extra_pkey");
        // Before the worker comes: the day is over, and a set of which it hears one file alone would be closed incomplete.
        await rig.DropAsync("in/extra.csv", "id,note\n1,x\n");
        await rig.DropRowsAsync("orders", 3);
        await using var worker = await rig.StartAsync();
        await rig.NotifiedAsync("succeeded");
        if (holds)
        {
            await rig.DropAsync("in/extra.csv", "id,note\n2,held\n");
            await rig.NotifiedAsync("held");
        }

        // A notice is sent at least once: stopped too soon, the worker would send it again.
        await rig.UntilAsync("select not exists (select from etl.notification where sent_at is null)");
        await worker.StopAsync(rig.Token);
        return rig;
    }
}
