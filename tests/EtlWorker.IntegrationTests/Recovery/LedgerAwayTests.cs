using System.Text.RegularExpressions;
using EtlWorker.IntegrationTests.Rigging;
using EtlWorker.StandIns;
using Xunit;

namespace EtlWorker.IntegrationTests.Recovery;

/// <summary>
/// A ledger that is away, or takes no changes: messages stay in the queue and use up none of the receives that it allows them.
/// </summary>
public sealed class LedgerAwayTests(PostgresServer postgres) : IAsyncLifetime
{
    /// <summary>As long as a message that was received stays hidden.</summary>
    private static readonly TimeSpan Visibility = TimeSpan.FromSeconds(31);
    // So far back that no step makes it the future, and not so far that the window of what lands is closed when it lands.
    private readonly ShiftedClock _clock = new() { Shift = -TimeSpan.FromHours(1) };
    private LocalAws _aws = null!;

    public async ValueTask InitializeAsync() =>
        _aws = await LocalAws.StartAsync(new LocalAwsOptions { TimeProvider = _clock }, TestContext.Current.CancellationToken);

    public ValueTask DisposeAsync() => _aws.DisposeAsync();

    [Theory]
    [InlineData("complete", "append")]
    [InlineData("complete", "merge")]
    [InlineData("marker", "append")]
    [InlineData("marker", "replace")]
    [InlineData("change", "append")]
    [InlineData("change", "replace")]
    public async Task However_long_the_ledger_is_away_no_message_goes_to_the_dead_letter_queue_and_no_version_is_lost(
        string trigger, string mode)
    {
        await using var rig = await CreateRigAsync();
        await rig.DefineAsync(Trigger(trigger), "orders", $"""extra "mode": "{mode}" """);
        var dead = await rig.Aws.AddDeadLetterQueueAsync(maxReceiveCount: 2, rig.Token);
        await using var proxy = new TcpProxy(postgres);
        rig.Use(proxy);
        await using var worker = await rig.StartAsync();
        proxy.Shut();
        await rig.DropAsync("in/extra.csv", "id,note\n1,first\n");
        await rig.DropAsync("in/extra.csv", "id,note\n2,second\n");
        await rig.DropRowsAsync("orders", 3);
        await (trigger == "marker" ? rig.DropAsync("in/.SUCCESS", "") : Task.CompletedTask);
        // Longer than all receives that the queue allows, with a receive for each wait if there were one.
        for (var tries = 1; tries <= 5; tries++)
        {
            var asked = tries;
            await rig.UntilAsync(() => Task.FromResult(Regex.Count(worker.Output, "The ledger is out of reach") >= asked));
            _clock.Shift += Visibility;
        }

        proxy.Open();

        await rig.UntilAsync("select count(*) >= 3 from etl.drop where feed in ('orders', 'extra')");
        // The time to settle is by the database's clock.
        await rig.ExecuteAsync("update etl.drop set received_at = received_at - interval '1 hour'");
        await rig.NotifiedAsync("succeeded");
        Assert.Equal(
            mode == "replace" ? "2" : "1 2",
            await rig.QueryAsync<string>("select string_agg(id::text, ' ' order by id) from public.extra"));
        Assert.Equal(0, await rig.Aws.CountAsync(dead, rig.Token));
    }

    [Fact]
    public async Task A_disk_that_takes_no_more_of_the_ledger_costs_a_message_one_receive()
    {
        await using var rig = await CreateRigAsync();
        await rig.DefineAsync("{}", "orders");
        var dead = await rig.Aws.AddDeadLetterQueueAsync(maxReceiveCount: 2, rig.Token);
        await rig.ExecuteAsync(
            """
            create function public.disk_is_full() returns trigger language plpgsql as
            $$ begin raise exception 'could not extend file' using errcode = '53100'; end $$;
            create trigger disk_is_full before insert on etl.drop for each row execute function public.disk_is_full()
            """);
        await using var worker = await rig.StartAsync();
        await rig.DropRowsAsync("orders", 3);
        for (var tries = 1; tries <= 4; tries++)
        {
            var asked = tries;
            await rig.UntilAsync(() => Task.FromResult(Regex.Count(worker.Output, "could not extend file") >= asked));
            _clock.Shift += Visibility;
        }

        await rig.ExecuteAsync("drop trigger disk_is_full on etl.drop");

        await rig.NotifiedAsync("succeeded");
        Assert.Equal(0, await rig.Aws.CountAsync(dead, rig.Token));
        Assert.Contains("Make room on the database's disk", worker.Output, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_database_that_was_read_only_for_a_while_takes_what_was_dropped_meanwhile()
    {
        await using var rig = await CreateRigAsync();
        await rig.DefineAsync("{}", "orders");
        rig.Environment["ETLWORKER__RUN__ATTEMPTS"] = "1";
        var dead = await rig.Aws.AddDeadLetterQueueAsync(maxReceiveCount: 2, rig.Token);
        await using var worker = await rig.StartAsync();
        await rig.SetReadOnlyAsync(true);
        await rig.DropRowsAsync("orders", 3);
        await rig.UntilAsync(() => Task.FromResult(Regex.Count(worker.Output, "takes no changes") >= 4));
        _clock.Shift += Visibility;

        await rig.SetReadOnlyAsync(false);

        await rig.NotifiedAsync("succeeded");
        Assert.Equal(0, await rig.Aws.CountAsync(dead, rig.Token));
    }

    [Fact]
    public async Task A_failover_in_the_middle_of_a_load_does_not_use_up_the_day()
    {
        await using var rig = await CreateRigAsync();
        await rig.DefineAsync("{}", "orders", "extra");
        rig.Environment["ETLWORKER__RUN__ATTEMPTS"] = "2";
        await using var block = await Roadblock.RaiseAsync(rig, "create trigger block before insert on public.extra for each row");
        await using var worker = await rig.StartAsync();
        await rig.DropRowsAsync("orders", 3);
        await rig.DropRowsAsync("extra", 3);
        await block.ReachedAsync();
        await rig.SetReadOnlyAsync(true);
        await rig.UntilAsync(() => Task.FromResult(Regex.Count(worker.Output, "takes no changes") >= 3));
        await block.LiftAsync();

        await rig.SetReadOnlyAsync(false);

        await rig.NotifiedAsync("succeeded");
        Assert.Equal((3L, 3L), (await rig.RowsAsync("orders"), await rig.RowsAsync("extra")));
    }

    private static string Trigger(string when) => when switch
    {
        "marker" => """{ "when": "marker", "object": "in/.SUCCESS" }""",
        "change" => """{ "when": "change", "settle": "00:10" }""",
        _ => "{}",
    };

    private Task<Rig> CreateRigAsync() => Rig.CreateAsync(postgres, _aws.Endpoint, null, TestContext.Current.CancellationToken);
}
