using System.Globalization;
using EtlWorker.Definitions;
using EtlWorker.IntegrationTests.Rigging;
using EtlWorker.Liveness;
using EtlWorker.Objects;
using EtlWorker.Running;
using EtlWorker.StandIns;
using EtlWorker.Storage;
using Microsoft.Extensions.Logging.Abstractions;
using Microsoft.Extensions.Time.Testing;
using Xunit;

namespace EtlWorker.IntegrationTests.Objects;

/// <summary>
/// Three days of the reference feed in a public bucket that may not be listed, on a simulated clock: in any order, twice, overwritten,
/// deleted and put back. The steps are the worker's own, in this process; HTTP and PostgreSQL are real.
/// </summary>
public sealed class PublicBucketDaysTests(PostgresServer postgres, ITestOutputHelper output)
{
    private static readonly DateTimeOffset FirstMorning = new(2026, 3, 10, 8, 0, 0, TimeSpan.Zero);

    private static readonly (string Key, string File)[] Files =
    [
        ("orders_data/orders.csv", "orders.csv"), ("orders_data/reviews.csv", "reviews.csv"),
        ("orders_data/shipment_deliveries.csv", "shipment_deliveries.csv"), ("reference/dim_products.csv", "dim_products.csv"),
        ("reference/dim_dates.csv", "dim_dates.csv"),
    ];

    private readonly FakeTimeProvider _time = new(FirstMorning);

    [Fact]
    public async Task Each_day_has_its_run_and_the_exact_answers()
    {
        ReferenceAnswers.SkipWithout();
        var seed = Environment.TickCount;
        output.WriteLine($"seed {seed}");
        var random = new Random(seed);
        await using var aws = await LocalAws.StartAsync(
            new LocalAwsOptions { TimeProvider = _time }, TestContext.Current.CancellationToken);
        await using var rig = await Rig.CreateAsync(
            postgres, aws.Endpoint, ReferenceAnswers.AsOf, TestContext.Current.CancellationToken);
        await PublicBucketTests.AllowAsync(rig, "s3:GetObject");
        await using var database = new Database(new DatabaseOptions(rig.ConnectionString, null));
        var pipeline = new Pipeline(DefinitionFile.Read(rig.Environment["ETLWORKER__PIPELINE__DEFINITION"]));
        using var s3 = S3Clients.Anonymous("us-east-1", aws.Endpoint.ToString());
        var source = new PublicBucket(s3, rig.Aws.Bucket, _time, NullLogger<PublicBucket>.Instance);
        var watermark = new QueueWatermark(_time);
        var sweep = SteppedWorker.SweepOf(database, pipeline, source, watermark, _time);
        var runner = SteppedWorker.RunnerOf(rig, database, pipeline, source, watermark, _time);
        async Task LookAsync()
        {
            _time.Advance(TimeSpan.FromMinutes(1));
            await sweep.SweepAsync(rig.Token);
            StepOutcome outcome;
            while ((outcome = await runner.StepAsync(rig.Token)) is StepOutcome.Ran)
            {
            }

            Assert.IsType<StepOutcome.Idle>(outcome);
        }

        for (var day = 0; day < 3; day++)
        {
            _time.SetUtcNow(FirstMorning.AddDays(day));
            var last = Files[random.Next(3)];
            foreach (var (key, file) in Files.Where(landing => landing != last).OrderBy(_ => random.Next()))
            {
                var bytes = await ReadAsync(file);
                if (random.Next(2) == 0)
                {
                    // Another content first, and that overwritten before the set is complete.
                    await PutAsync(rig, key, bytes[..(bytes.Length / 2)]);
                    await LookAsync();
                }

                await PutAsync(rig, key, bytes);
                await LookAsync();
            }

            Assert.Equal(day, await rig.QueryAsync<long>("select count(*) from etl.run"));
            await PutAsync(rig, last.Key, await ReadAsync(last.File));
            await LookAsync();
            await LookAsync();
            var date = FirstMorning.AddDays(day).ToString("yyyy-MM-dd", CultureInfo.InvariantCulture);
            Assert.Equal(
                $"{day + 1} {date} succeeded",
                await rig.QueryAsync<string>(
                    "select count(*) || ' ' || max(run_date) || ' ' || string_agg(distinct state, ',') from etl.run"));
            await ReferenceAnswers.AssertAsync(rig, date);

            // In the evening: the same bytes once more, and one that is deleted and put back.
            _time.Advance(TimeSpan.FromHours(8));
            await PutAsync(rig, Files[0].Key, await ReadAsync(Files[0].File));
            await rig.Aws.S3.DeleteObjectAsync(rig.Aws.Bucket, Files[1].Key, rig.Token);
            await LookAsync();
            await PutAsync(rig, Files[1].Key, await ReadAsync(Files[1].File));
            await LookAsync();
            await LookAsync();
            Assert.Equal(day + 1, await rig.QueryAsync<long>("select count(*) from etl.run"));
            await ReferenceAnswers.AssertAsync(rig, date);
        }

        Assert.Equal(3, await rig.QueryAsync<long>("select count(*) from etl.notification where kind = 'succeeded'"));
    }

    private static Task PutAsync(Rig rig, string key, byte[] bytes) => rig.Aws.DropAsync(key, new MemoryStream(bytes), rig.Token);

    private static Task<byte[]> ReadAsync(string file) =>
        File.ReadAllBytesAsync(Path.Combine(Repository.Reference, file), TestContext.Current.CancellationToken);
}
