using Amazon.SQS.Model;
using EtlWorker.Definitions;
using EtlWorker.Intake;
using EtlWorker.IntegrationTests.Rigging;
using EtlWorker.Ledger.Drops;
using EtlWorker.Liveness;
using EtlWorker.Objects;
using EtlWorker.Running;
using EtlWorker.StandIns;
using EtlWorker.Storage;
using Microsoft.Extensions.Time.Testing;
using Xunit;

namespace EtlWorker.IntegrationTests.Batches;

/// <summary>
/// A month of drops on a simulated clock, its messages delivered late, again and again and out of order: one run a date. The
/// steps are the worker's own, in this process; PostgreSQL and S3 are real.
/// </summary>
public sealed class ThirtyDaysTests(PostgresServer postgres, ITestOutputHelper output)
{
    private const int Days = 30;
    private const int Deliveries = 1_000;
    private static readonly string[] Feeds = ["orders", "reviews", "shipments"];
    private static readonly DateTimeOffset FirstMorning = new(2026, 3, 10, 5, 0, 0, TimeSpan.Zero);

    /// <summary>The clock of S3, which is done with the month before the worker begins.</summary>
    private readonly FakeTimeProvider _landing = new(FirstMorning);

    /// <summary>The worker's clock.</summary>
    private readonly FakeTimeProvider _time = new(FirstMorning);
    private readonly QueueWatermark _watermark = new(new FakeTimeProvider());

    [Fact]
    public async Task A_thousand_events_over_thirty_days_told_twice_and_out_of_order_give_thirty_runs_one_a_date()
    {
        var seed = Environment.TickCount;
        output.WriteLine($"seed {seed}");
        var random = new Random(seed);
        await using var aws = await LocalAws.StartAsync(
            new LocalAwsOptions { TimeProvider = _landing }, TestContext.Current.CancellationToken);
        await using var rig = await Rig.CreateAsync(postgres, aws.Endpoint, null, TestContext.Current.CancellationToken);
        rig.BePatientFor(TimeSpan.FromMinutes(10));
        await rig.DefineAsync("""{ "dayStart": "03:00" }""", Feeds);
        // Clocks go forward on the 29th.
        rig.Define(pipeline => pipeline["timeZone"] = "Europe/Berlin");
        var definition = DefinitionFile.Read(rig.Environment["ETLWORKER__PIPELINE__DEFINITION"]);
        await using var database = new Database(new DatabaseOptions(rig.ConnectionString, null));
        var drops = new DropRecorder(database, _time);
        var source = new S3Source(rig.Aws.S3, rig.Aws.Bucket);
        var runner = SteppedWorker.RunnerOf(rig, database, new Pipeline(definition), source, _watermark, _time);

        var told = await DropAMonthAsync(rig, random);
        var delivered = Deliver(told, random);
        Assert.Equal(Deliveries, delivered.Count);
        var matcher = new DropMatcher(new Pipeline(definition), source);
        for (var index = 0; index < delivered.Count; index++)
        {
            var (at, message) = delivered[index];
            if (at > _time.GetUtcNow())
            {
                _time.SetUtcNow(at);
            }

            // What no message has told of yet: the queue would not have been called quiet.
            var unheard = delivered.Skip(index + 1).Where(later => !delivered.Take(index + 1).Any(heard => heard.Message == later.Message))
                .Select(later => later.Message.At).DefaultIfEmpty(at).Min();
            _watermark.AdvanceByListing(unheard < at ? unheard : at);
            await drops.RecordAsync(
                definition.Pipeline.Name, [.. MessageReader.Read(message.Body).Events.Select(matcher.Match)], rig.Token);
            StepOutcome outcome;
            while ((outcome = await runner.StepAsync(rig.Token)) is StepOutcome.Ran)
            {
            }

            Assert.IsType<StepOutcome.Idle>(outcome);
        }

        Assert.Equal($"{Days} {Days} {Days}", await rig.QueryAsync<string>(
            "select concat_ws(' ', count(*), count(distinct run_date), count(*) filter (where state = 'succeeded' "
                + "and attempt = 1)) from etl.run"));
        Assert.Equal(told.Count, await rig.QueryAsync<long>("select count(*) from etl.drop where feed is not null"));
        Assert.Equal(3 * Days, await rig.QueryAsync<long>("select count(*) from etl.drop where disposition = 'loaded'"));
        Assert.Equal(0, await rig.QueryAsync<long>(
            "select count(*) from etl.drop where feed is not null and disposition not in ('loaded', 'held', 'superseded')"));
        Assert.Equal(Days, await rig.QueryAsync<long>("select count(*) from public.counted"));
        Assert.Equal(
            Days, await rig.QueryAsync<long>("select count(*) from etl.notification where kind = 'succeeded' and sent_at is not null"));
    }

    /// <summary>Each day its set, some files dropped twice with it, some again in the evening.</summary>
    private async Task<List<Told>> DropAMonthAsync(Rig rig, Random random)
    {
        var told = new List<Told>();
        for (var day = 0; day < Days; day++)
        {
            var morning = _landing.GetUtcNow();
            var landings = Feeds.Select(feed => (Feed: feed, After: random.Next(1, 90)))
                .Concat(Feeds.Where(_ => random.Next(4) == 0).Select(feed => (Feed: feed, After: random.Next(1, 90))))
                .Concat(Feeds.Where(_ => random.Next(4) == 0).Select(feed => (Feed: feed, After: random.Next(800, 1_000))))
                .OrderBy(landing => landing.After).ToList();
            foreach (var (feed, after) in landings)
            {
                _landing.SetUtcNow(morning.AddMinutes(after));
                await rig.DropRowsAsync(feed, 1 + day, $"{after}");
                told.AddRange((await TakeMessagesAsync(rig)).Select(body => new Told(_landing.GetUtcNow(), body)));
            }

            _landing.SetUtcNow(morning.AddDays(1));
        }

        return told;
    }

    /// <summary>Each message within hours of its event, and again within days.</summary>
    private static List<(DateTimeOffset At, Told Message)> Deliver(List<Told> told, Random random)
    {
        var first = told.Select(message => (At: message.At.AddMinutes(random.Next(0, 240)), Message: message)).ToList();
        var again = Enumerable.Range(0, Deliveries - first.Count).Select(_ => told[random.Next(told.Count)])
            .Select(message => (At: message.At.AddMinutes(random.Next(240, 4_000)), Message: message));
        return [.. first.Concat(again).OrderBy(delivery => delivery.At)];
    }

    private static async Task<List<string>> TakeMessagesAsync(Rig rig)
    {
        var response = await rig.Aws.Sqs.ReceiveMessageAsync(
            new ReceiveMessageRequest { QueueUrl = rig.Aws.QueueUrl, MaxNumberOfMessages = 10 }, rig.Token);
        foreach (var message in response.Messages ?? [])
        {
            await rig.Aws.Sqs.DeleteMessageAsync(rig.Aws.QueueUrl, message.ReceiptHandle, rig.Token);
        }

        return [.. (response.Messages ?? []).Select(message => message.Body).Where(
            body => body.Contains("Records", StringComparison.Ordinal))];
    }

    /// <param name="At">When the file landed.</param>
    /// <param name="Body">What S3 told.</param>
    private sealed record Told(DateTimeOffset At, string Body);
}
