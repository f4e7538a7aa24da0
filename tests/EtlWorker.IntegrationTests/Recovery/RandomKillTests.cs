using System.Globalization;
using EtlWorker.IntegrationTests.Rigging;
using EtlWorker.StandIns;
using Xunit;

namespace EtlWorker.IntegrationTests.Recovery;

/// <summary>
/// The real process killed at random instants of load, analysis, commit, export and notice, several times in one and the same run:
/// no row is lost, none is doubled.
/// </summary>
public sealed class RandomKillTests(PostgresServer postgres, UndisturbedRun undisturbed, ITestOutputHelper output)
    : IClassFixture<UndisturbedRun>, IAsyncLifetime
{
    private const int Kills = 30;
    private const int MostOfOneRun = 6;
    private LocalAws _aws = null!;

    public async ValueTask InitializeAsync() => _aws = await LocalAws.StartAsync(cancellationToken: TestContext.Current.CancellationToken);

    public ValueTask DisposeAsync() => _aws.DisposeAsync();

    [Fact]
    public async Task Killed_again_and_again_at_any_instant_a_run_ends_as_if_nothing_had_happened()
    {
        var random = Seeded();
        for (var killed = 0; killed < Kills;)
        {
            await using var run = await undisturbed.DisturbAsync(_aws);
            await undisturbed.DropAsync(run);
            killed += await DisturbAsync(run, UndisturbedRun.Sent, random, Math.Min(MostOfOneRun, Kills - killed));
        }
    }

    [Fact]
    public async Task However_often_its_worker_is_killed_the_reference_feed_gives_the_expected_answers()
    {
        ReferenceAnswers.SkipWithout();
        var sent = new SentPieces();
        await using var calm = await Rig.CreateAsync(postgres, _aws.Endpoint, ReferenceAnswers.AsOf, TestContext.Current.CancellationToken);
        var expected = await UndisturbedRun.RunAsync(calm, postgres, _aws, sent, () => calm.DropSetAsync(Repository.Reference));
        await using var run = await DisturbedRun.CreateAsync(postgres, _aws, expected, ReferenceAnswers.AsOf);
        await run.Rig.DropSetAsync(Repository.Reference);

        await DisturbAsync(run, sent, Seeded(), MostOfOneRun);

        await ReferenceAnswers.AssertAsync(run.Rig, await run.Rig.QueryAsync<string>("select run_date::text from etl.run"));
    }

    /// <summary>Kills the run's workers, one after the other, until it has ended all the same.</summary>
    /// <returns>How often they were killed.</returns>
    private async Task<int> DisturbAsync(DisturbedRun run, SentPieces sent, Random random, int most)
    {
        var rig = run.Rig;
        rig.Environment["ETLWORKER__RUN__ATTEMPTS"] = "99";
        await using var proxy = new TcpProxy(postgres);
        rig.Use(proxy);
        var kills = 0;
        while (true)
        {
            var before = await WhereAsync(rig);
            var (piece, part) = (sent.Draw(random, before.Contains("committed", StringComparison.Ordinal)), random.NextDouble());
            var strike = new Strike(kills < most ? piece : int.MaxValue, part);
            proxy.Inspect = strike.Look;
            await using var worker = WorkerProcess.Start(rig.Environment);
            strike.Target = worker;
            await rig.UntilAsync(async () => strike.HasStruck || await rig.QueryAsync<bool>(
                "select exists (select from etl.run where state = 'succeeded') "
                    + "and not exists (select from etl.notification where sent_at is null)"));
            if (!strike.CallOff())
            {
                var outcome = await run.EndAsync(worker);
                Assert.InRange(outcome.Told, 1, 1 + kills);
                // What was committed is not begun again: its last words may be missing.
                Assert.Matches("^(commit)? ?(notify)?$", outcome.Unended);
                output.WriteLine($"ended at attempt {outcome.Attempts} after {kills} kills, told {outcome.Told} times");
                return kills;
            }

            await worker.ExitAsync(rig.Token);
            kills++;
            await run.AssertAllOrNothingAsync();
            var after = await WhereAsync(rig);
            output.WriteLine(string.Create(CultureInfo.InvariantCulture,
                $"killed after {part:P0} of piece {piece} of {sent.Count}; the run was {before}, and is {after}"));
        }
    }

    private static Task<string> WhereAsync(Rig rig) => rig.QueryAsync<string>(
        """
        select coalesce((
            select concat_ws(' ', state, attempt, (
                select stage || case when ended_at is null then ' begun' else ' ended' end
                from etl.run_stage as stage where stage.run_id = run.id and stage.attempt = run.attempt order by started_at desc limit 1))
            from etl.run), 'not claimed')
        """);

    private Random Seeded()
    {
        var seed = Environment.TickCount;
        output.WriteLine($"seed {seed}");
        return new Random(seed);
    }
}
