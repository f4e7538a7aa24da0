using System.Text;
using System.Text.RegularExpressions;
using EtlWorker.IntegrationTests.Rigging;
using EtlWorker.StandIns;
using EtlWorker.Storage;
using Npgsql;
using Xunit;

namespace EtlWorker.IntegrationTests.Recovery;

/// <summary>
/// Connections to PostgreSQL that break, at the worst instants: the worker goes on by itself, and the run ends as if nothing had happened.
/// </summary>
public sealed class DatabaseFaultTests(PostgresServer postgres, UndisturbedRun undisturbed) : IClassFixture<UndisturbedRun>, IAsyncLifetime
{
    private LocalAws _aws = null!;

    public async ValueTask InitializeAsync() => _aws = await LocalAws.StartAsync(cancellationToken: TestContext.Current.CancellationToken);

    public ValueTask DisposeAsync() => _aws.DisposeAsync();

    [Fact]
    public async Task A_connection_cut_in_the_middle_of_COPY_costs_one_attempt()
    {
        await using var run = await undisturbed.DisturbAsync(_aws);
        await using var proxy = new TcpProxy(postgres) { Inspect = CutInCopy() };
        run.Rig.Use(proxy);
        await using var worker = await run.Rig.StartAsync();
        await undisturbed.DropAsync(run);

        var outcome = await run.EndAsync(worker);
        Assert.Equal((2, 1, ""), (outcome.Attempts, outcome.Told, outcome.Unended));
    }

    [Theory]
    [InlineData("set state = 'committed'", true, 1, "commit")]
    [InlineData("set state = 'committed'", false, 2, "")]
    [InlineData("insert into etl.run\n", true, 2, "")]
    [InlineData("insert into etl.run\n", false, 1, "")]
    [InlineData("set state = 'succeeded'", true, 1, "notify")]
    [InlineData("set state = 'succeeded'", false, 1, "")]
    public async Task Whether_a_COMMIT_arrived_is_read_from_the_ledger_when_its_answer_did_not(
        string change, bool arrives, int attempts, string unended)
    {
        await using var run = await undisturbed.DisturbAsync(_aws);
        await using var proxy = new TcpProxy(postgres) { Inspect = CutAtCommitOf(change, arrives) };
        run.Rig.Use(proxy);
        // The load's one attempt must not be taken for a failed one.
        run.Rig.Environment["ETLWORKER__RUN__ATTEMPTS"] = $"{attempts}";
        await using var worker = await run.Rig.StartAsync();
        await undisturbed.DropAsync(run);

        var outcome = await run.EndAsync(worker);
        Assert.Equal((attempts, 1, unended), (outcome.Attempts, outcome.Told, outcome.Unended));
    }

    [Fact]
    public async Task While_the_ledger_is_out_of_reach_drops_stay_in_the_queue_and_none_is_lost()
    {
        await using var run = await undisturbed.DisturbAsync(_aws);
        await using var proxy = new TcpProxy(postgres);
        run.Rig.Use(proxy);
        await using var worker = await run.Rig.StartAsync();
        proxy.Shut();
        await undisturbed.DropAsync(run);
        await worker.SeeAsync("The ledger is out of reach", run.Rig.Token);
        Assert.Equal(0, await run.Rig.QueryAsync<long>("select count(*) from etl.drop"));

        proxy.Open();

        var outcome = await run.EndAsync(worker);
        Assert.Equal((1, 1, ""), (outcome.Attempts, outcome.Told, outcome.Unended));
    }

    [Fact]
    public async Task However_long_the_ledger_is_out_of_reach_in_the_middle_of_a_load_it_costs_one_attempt()
    {
        await using var run = await undisturbed.DisturbAsync(_aws);
        await using var proxy = new TcpProxy(postgres);
        proxy.Inspect = CutInCopy(proxy.Shut);
        run.Rig.Use(proxy);
        run.Rig.Environment["ETLWORKER__RUN__ATTEMPTS"] = "2";
        await using var worker = await run.Rig.StartAsync();
        await undisturbed.DropAsync(run);
        await run.Rig.UntilAsync(() => Task.FromResult(Regex.Count(worker.Output, "Stage .* Next try") >= 4));

        proxy.Open();

        var outcome = await run.EndAsync(worker);
        Assert.Equal((2, 1, ""), (outcome.Attempts, outcome.Told, outcome.Unended));
    }

    [Theory]
    [InlineData("etl.drop")]
    [InlineData("pg_try_advisory_lock")]
    [InlineData("etl.run_stage")]
    public async Task A_connection_that_falls_silent_does_not_silence_the_worker(string at)
    {
        await using var run = await undisturbed.DisturbAsync(_aws);
        await using var proxy = new TcpProxy(postgres) { Inspect = SilenceAt(at) };
        run.Rig.Use(proxy);
        await undisturbed.DropAsync(run);
        await using var worker = await run.Rig.StartAsync();

        var outcome = await run.EndAsync(worker);
        Assert.Equal(1, outcome.Told);
    }

    [Fact]
    public async Task A_session_whose_worker_s_machine_is_gone_gives_its_locks_back_within_minutes()
    {
        await using var database = new Database(
            new DatabaseOptions(await postgres.CreateDatabaseAsync(TestContext.Current.CancellationToken), null));
        await using var session = await database.OpenSessionAsync(TestContext.Current.CancellationToken);
        (string, string)[] settings =
        [
            ("tcp_keepalives_idle", "30"), ("tcp_keepalives_interval", "10"), ("tcp_keepalives_count", "9"), ("tcp_user_timeout", "120000"),
        ];
        foreach (var (setting, value) in settings)
        {
            await using var question = new NpgsqlCommand("select setting from pg_settings where name = $1", session)
            {
                Parameters = { new() { Value = setting } },
            };
            Assert.Equal(value, await question.ExecuteScalarAsync(TestContext.Current.CancellationToken));
        }
    }

    /// <summary>Cuts a link once, in the middle of the rows that it sends.</summary>
    private static TcpProxy.Inspector CutInCopy(Action? before = null)
    {
        ProxiedLink? copying = null;
        var rows = 0;
        return (link, sent) =>
        {
            copying ??= sent.IndexOf("copy \"staging\".\"orders\""u8) >= 0 ? link : null;
            if (link != copying || (rows += sent.Length) < 40_000)
            {
                return sent.Length;
            }

            rows = int.MinValue;
            before?.Invoke();
            return sent.Length / 2;
        };
    }

    /// <summary>Silences a link, once, when it says so.</summary>
    private static TcpProxy.Inspector SilenceAt(string said)
    {
        var (text, isOver) = (Encoding.UTF8.GetBytes(said), false);
        return (link, sent) =>
        {
            if (!isOver && sent.IndexOf(text) >= 0)
            {
                isOver = true;
                link.Silence();
            }

            return sent.Length;
        };
    }

    /// <summary>
    /// Cuts a link once, at the COMMIT of the transaction that changes the ledger so: before it gets to the server, or its answer back.
    /// </summary>
    private static TcpProxy.Inspector CutAtCommitOf(string change, bool arrives)
    {
        var (text, changing, isOver) = (Encoding.UTF8.GetBytes(change), (ProxiedLink?)null, false);
        return (link, sent) =>
        {
            changing ??= sent.IndexOf(text) >= 0 ? link : null;
            if (isOver || link != changing || sent.IndexOf("COMMIT\0"u8) < 0)
            {
                return sent.Length;
            }

            isOver = true;
            if (!arrives)
            {
                return 0;
            }

            link.LoseReply();
            return sent.Length;
        };
    }
}
