using System.Globalization;
using Amazon.Runtime;
using EtlWorker.IntegrationTests.Rigging;
using EtlWorker.StandIns;
using EtlWorker.StandIns.Http;
using Npgsql;
using Xunit;

namespace EtlWorker.IntegrationTests.Recovery;

/// <summary>
/// Day after day the database is away, or takes no changes, S3 is away, tables are locked, in any mix and at any instant: each date ends
/// with the right answers, and nobody is notified of anything else. ETLWORKER_TEST_FAULT_DAYS says how many days (4;
/// thirty take about ten minutes).
/// </summary>
/// <remarks>
/// Minutes of an outage pass on the clock of S3 and SQS, by which messages stay hidden;
/// the worker and PostgreSQL live through seconds of it.
/// </remarks>
public sealed class DaysOfFaultsTests(PostgresServer postgres, ITestOutputHelper output) : IAsyncLifetime
{
    private static readonly int Days = int.Parse(
        Environment.GetEnvironmentVariable("ETLWORKER_TEST_FAULT_DAYS") ?? "4", CultureInfo.InvariantCulture);
    private static readonly string[] Faults = ["database", "read-only", "S3", "lock"];
    private static readonly TimeSpan Tick = TimeSpan.FromMilliseconds(100);
    private readonly Lock _gate = new();
    private readonly ShiftedClock _clock = new();
    private LocalAws _aws = null!;

    public async ValueTask InitializeAsync() =>
        _aws = await LocalAws.StartAsync(new LocalAwsOptions { TimeProvider = _clock }, TestContext.Current.CancellationToken);

    public ValueTask DisposeAsync() => _aws.DisposeAsync();

    [Fact]
    public async Task Whatever_passes_by_itself_costs_no_day_and_no_row_and_is_told_to_nobody()
    {
        var seed = Environment.TickCount;
        output.WriteLine($"seed {seed}");
        var random = new Random(seed);
        await using var rig = await Rig.CreateAsync(postgres, _aws.Endpoint, null, TestContext.Current.CancellationToken);
        rig.BePatientFor(TimeSpan.FromMinutes(1) + (Days * TimeSpan.FromSeconds(45)));
        await rig.DefineAsync("{}", """orders "maxShrinkPercent": 100""", """events "mode": "append" """, """stock "mode": "merge" """);
        var dead = await rig.Aws.AddDeadLetterQueueAsync(maxReceiveCount: 5, rig.Token);
        await using var proxy = new TcpProxy(postgres);
        rig.Use(proxy);
        await using var worker = await rig.StartAsync();
        var began = _clock.GetUtcNow();
        var expected = new List<string>();
        for (var day = 1; day <= Days; day++)
        {
            var morning = began.Date.AddDays(day).AddHours(5);
            _clock.ShiftTo(new DateTimeOffset(morning, TimeSpan.Zero));
            var date = morning.ToString("yyyy-MM-dd", CultureInfo.InvariantCulture);
            var rows = random.Next(1, 50);
            await Task.WhenAll([
                DropAsync(rig, day, rows, random.Next()),
                .. random.GetItems(Faults, 3)
                    .Distinct().Select(fault => FaultAsync(rig, proxy, $"{date}: {fault}", fault, random.Next()))]);
            expected.Add($"{date} {rows}");
            const string Ended = "select coalesce(max(state) || coalesce(': ' || max(error), ''), '') "
                + "from etl.run where ended_at is not null and run_date = ";
            await rig.UntilAsync($"select exists (select from etl.run where run_date = '{date}' and ended_at is not null)");
            Assert.True(
                await rig.QueryAsync<string>($"{Ended}'{date}'") is "succeeded",
                await rig.QueryAsync<string>($"{Ended}'{date}'") + worker.Output);
            Assert.Equal($"ingestion_date,n\n{date},{rows}\n", await rig.Aws.ReadAsync($"out/{date}/counted.csv", rig.Token));
        }

        Assert.Equal(string.Join(", ", expected), await rig.QueryAsync<string>(
            "select string_agg(ingestion_date || ' ' || n, ', ' order by ingestion_date) from public.counted"));
        Assert.Equal(Days, await rig.QueryAsync<long>("select count(*) from etl.run where state = 'succeeded'"));
        Assert.Equal((2L * Days, 2L * Days), (await rig.RowsAsync("events"), await rig.RowsAsync("stock")));
        Assert.Equal(
            4 * Days, await rig.QueryAsync<long>("select count(*) from etl.drop where feed is not null and disposition = 'loaded'"));
        await rig.UntilAsync("select not exists (select from etl.notification where sent_at is null)");
        Assert.Equal("succeeded", await rig.QueryAsync<string>("select string_agg(distinct kind, ', ') from etl.notification"));
        Assert.Equal(Days, await rig.QueryAsync<long>("select count(*) from etl.notification"));
        Assert.Equal(0, await rig.Aws.CountAsync(dead, rig.Token));
        output.WriteLine(await rig.QueryAsync<string>(
            "select string_agg(run_date || ': attempt ' || attempt || ', used ' || attempt - first_attempt + 1, E'\\n' "
                + "order by run_date) from etl.run"));
    }

    /// <summary>The day's set, its files in any order; two drops of what is appended.</summary>
    private async Task DropAsync(Rig rig, int day, int rows, int seed)
    {
        var random = new Random(seed);
        Func<Task>[] snapshots =
            [() => rig.DropRowsAsync("orders", rows), () => rig.DropAsync("in/stock.csv", $"id,note\n{2 * day},x\n{(2 * day) + 1},x\n")];
        random.Shuffle(snapshots);
        Func<Task>[] drops =
            [
                () => rig.DropAsync("in/events.csv", $"id,note\n{2 * day},x\n"),
                () => rig.DropAsync("in/events.csv", $"id,note\n{(2 * day) + 1},x\n"), snapshots[0],
            ];
        random.Shuffle(drops);
        // What is appended comes before the file that makes the set whole, or it would wait for the next one.
        foreach (var drop in drops.Append(snapshots[1]))
        {
            await UntilDroppedAsync(drop);
            await Task.Delay(Tick * random.Next(4), _clock, rig.Token);
        }
    }

    /// <summary>While S3 is away nobody can drop anything either.</summary>
    private static async Task UntilDroppedAsync(Func<Task> drop)
    {
        while (true)
        {
            try
            {
                await drop();
                return;
            }
            catch (Exception away) when (away is HttpRequestException or IOException or AmazonClientException)
            {
                // The SDK has waited between its own tries.
            }
        }
    }

    private async Task FaultAsync(Rig rig, TcpProxy proxy, string what, string fault, int seed)
    {
        var random = new Random(seed);
        await Task.Delay(Tick * random.Next(15), _clock, rig.Token);
        output.WriteLine(what);
        var minutes = fault switch { "database" => 10, "read-only" => 2, _ => 5 };
        switch (fault)
        {
            case "database":
                proxy.Shut();
                await PassAsync(minutes, random, rig.Token);
                proxy.Open();
                break;
            case "read-only":
                await rig.SetReadOnlyAsync(true);
                await PassAsync(minutes, random, rig.Token);
                await rig.SetReadOnlyAsync(false);
                break;
            case "S3":
                _aws.Faults.MakeUnreachable(AwsService.S3);
                await PassAsync(minutes, random, rig.Token);
                _aws.Faults.Restore(AwsService.S3);
                break;
            default:
                await LockAsync(rig, minutes, random);
                break;
        }
    }

    /// <summary>Minutes on the clock of AWS, seconds on all others.</summary>
    private async Task PassAsync(int minutes, Random random, CancellationToken cancellationToken)
    {
        var ticks = random.Next(5, 30);
        for (var tick = 0; tick < ticks; tick++)
        {
            await Task.Delay(Tick, _clock, cancellationToken);
            lock (_gate)
            {
                _clock.Shift += TimeSpan.FromMinutes(minutes) / ticks;
            }
        }
    }

    private async Task LockAsync(Rig rig, int minutes, Random random)
    {
        await using var holder = await rig.OpenWriterAsync();
        await using var transaction = await holder.BeginTransactionAsync(rig.Token);
        var table = random.Next(2) == 0 ? "orders in access share mode" : "events in share mode";
#pragma warning disable CA2100 // SQL of the test's own.
        await using var hold = new NpgsqlCommand($"lock table public.{table}", holder);
#pragma warning restore CA2100
        await hold.ExecuteNonQueryAsync(rig.Token);
        await PassAsync(minutes, random, rig.Token);
        await transaction.RollbackAsync(rig.Token);
    }
}
