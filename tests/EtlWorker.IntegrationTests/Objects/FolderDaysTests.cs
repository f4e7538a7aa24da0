using EtlWorker.Definitions;
using EtlWorker.IntegrationTests.Rigging;
using EtlWorker.Liveness;
using EtlWorker.Objects;
using EtlWorker.Recovery;
using EtlWorker.Running;
using EtlWorker.StandIns;
using EtlWorker.Storage;
using Microsoft.Extensions.Time.Testing;
using Xunit;

namespace EtlWorker.IntegrationTests.Objects;

/// <summary>
/// Three days of the reference feed in a folder, on a simulated clock: copied slowly, in any order, twice, renamed into place, touched,
/// restored with old times. The steps are the worker's own, in this process; files and PostgreSQL are real.
/// </summary>
public sealed class FolderDaysTests(PostgresServer postgres, ITestOutputHelper output) : IAsyncLifetime
{
    private static readonly TimeSpan StableFor = TimeSpan.FromSeconds(10);
    private static readonly DateTimeOffset FirstMorning = new(2026, 3, 10, 8, 0, 0, TimeSpan.Zero);

    private static readonly (string Key, string File)[] Files =
    [
        ("orders_data/orders.csv", "orders.csv"), ("orders_data/reviews.csv", "reviews.csv"),
        ("orders_data/shipment_deliveries.csv", "shipment_deliveries.csv"), ("reference/dim_products.csv", "dim_products.csv"),
        ("reference/dim_dates.csv", "dim_dates.csv"),
    ];

    private readonly FakeTimeProvider _time = new(FirstMorning);
    private readonly DirectoryInfo _drops = Directory.CreateTempSubdirectory("etlworker-drops-");
    private LocalAws _aws = null!;
    private PipelineSweep _sweep = null!;
    private PipelineRunner _runner = null!;

    public async ValueTask InitializeAsync() => _aws = await LocalAws.StartAsync(cancellationToken: TestContext.Current.CancellationToken);

    public async ValueTask DisposeAsync()
    {
        await _aws.DisposeAsync();
        _drops.Delete(recursive: true);
    }

    [Fact]
    public async Task Each_day_has_its_run_and_the_exact_answers_however_the_files_come()
    {
        ReferenceAnswers.SkipWithout();
        var seed = Environment.TickCount;
        output.WriteLine($"seed {seed}");
        var random = new Random(seed);
        await using var rig = await Rig.CreateAsync(
            postgres, _aws.Endpoint, ReferenceAnswers.AsOf, TestContext.Current.CancellationToken);
        await using var database = new Database(new DatabaseOptions(rig.ConnectionString, null));
        Start(rig, database);
        await LookAsync(rig);
        for (var day = 0; day < 3; day++)
        {
            _time.SetUtcNow(FirstMorning.AddDays(day));
            // The run waits for the first three.
            var last = Files[random.Next(3)];
            var landings = Files.Where(landing => landing != last).OrderBy(_ => random.Next()).Append(last).ToList();
            foreach (var (key, file) in landings.SkipLast(1))
            {
                await LandAsync(rig, random.Next(3), key, file);
            }

            // The set is not complete yet, however often it is looked.
            await LookAsync(rig);
            Assert.Equal(day, await rig.QueryAsync<long>("select count(*) from etl.run"));
            await CopySlowlyAsync(rig, landings[^1].Key, landings[^1].File);
            await SettleAsync(rig);

            var date = FirstMorning.AddDays(day).ToString("yyyy-MM-dd", System.Globalization.CultureInfo.InvariantCulture);
            Assert.Equal(
                $"{day + 1} {date} succeeded",
                await rig.QueryAsync<string>(
                    "select count(*) || ' ' || max(run_date) || ' ' || string_agg(distinct state, ',') from etl.run"));
            await ReferenceAnswers.AssertAsync(rig, date);

            // In the evening: touched, copied again, and what was there in the morning restored with its time.
            var (touched, restored) = (PathOf(Files[0].Key), PathOf(Files[1].Key));
            var morning = File.GetLastWriteTimeUtc(restored);
            _time.Advance(TimeSpan.FromHours(8));
            File.SetLastWriteTimeUtc(touched, _time.GetUtcNow().UtcDateTime);
            File.Delete(restored);
            await LookAsync(rig);
            await WriteAsync(Files[1].Key, await ReadAsync(Files[1].File));
            File.SetLastWriteTimeUtc(restored, morning);
            await WriteAsync(Files[2].Key, await ReadAsync(Files[2].File));
            await SettleAsync(rig);
            Assert.Equal(day + 1, await rig.QueryAsync<long>("select count(*) from etl.run"));
            await ReferenceAnswers.AssertAsync(rig, date);
        }

        Assert.Equal(
            $"{3 * Files.Length}", await rig.QueryAsync<string>("select count(*)::text from etl.drop where disposition = 'loaded'"));
        Assert.Equal(3, await rig.QueryAsync<long>("select count(*) from etl.notification where kind = 'succeeded'"));
    }

    private void Start(Rig rig, Database database)
    {
        var pipeline = new Pipeline(DefinitionFile.Read(rig.Environment["ETLWORKER__PIPELINE__DEFINITION"]));
        var source = new DropFolder(_drops.FullName, StableFor, _time, () => { });
        var watermark = new QueueWatermark(_time);
        _sweep = SteppedWorker.SweepOf(database, pipeline, source, watermark, _time);
        _runner = SteppedWorker.RunnerOf(rig, database, pipeline, source, watermark, _time);
    }

    /// <summary>Looks at the folder, and does what there is to do.</summary>
    private async Task LookAsync(Rig rig)
    {
        await _sweep.SweepAsync(rig.Token);
        StepOutcome outcome;
        while ((outcome = await _runner.StepAsync(rig.Token)) is StepOutcome.Ran)
        {
        }

        Assert.IsType<StepOutcome.Idle>(outcome);
    }

    private async Task SettleAsync(Rig rig)
    {
        for (var look = 0; look < 4; look++)
        {
            await LookAsync(rig);
            _time.Advance(StableFor);
        }

        await LookAsync(rig);
    }

    private async Task LandAsync(Rig rig, int way, string key, string file)
    {
        switch (way)
        {
            case 0:
                await CopySlowlyAsync(rig, key, file);
                break;
            case 1:
                await WriteAsync($"{key}.part", await ReadAsync(file));
                await LookAsync(rig);
                File.Move(PathOf($"{key}.part"), PathOf(key), overwrite: true);
                break;
            default:
                // The same file twice, a while apart.
                await WriteAsync(key, await ReadAsync(file));
                _time.Advance(StableFor / 2);
                await LookAsync(rig);
                await WriteAsync(key, await ReadAsync(file));
                break;
        }

        _time.Advance(TimeSpan.FromMinutes(1));
        await LookAsync(rig);
    }

    /// <summary>In pieces, with looks between them: none of them is a drop.</summary>
    private async Task CopySlowlyAsync(Rig rig, string key, string file)
    {
        var bytes = await ReadAsync(file);
        for (var part = 1; part <= 3; part++)
        {
            await WriteAsync(key, bytes[..(bytes.Length * part / 3)]);
            await LookAsync(rig);
            _time.Advance(StableFor / 2);
            await LookAsync(rig);
        }
    }

    private async Task WriteAsync(string key, byte[] bytes)
    {
        Directory.CreateDirectory(Path.GetDirectoryName(PathOf(key))!);
        await File.WriteAllBytesAsync(PathOf(key), bytes, TestContext.Current.CancellationToken);
        File.SetLastWriteTimeUtc(PathOf(key), _time.GetUtcNow().UtcDateTime);
    }

    private string PathOf(string key) => Path.Combine(_drops.FullName, key);

    private static Task<byte[]> ReadAsync(string file) =>
        File.ReadAllBytesAsync(Path.Combine(Repository.Reference, file), TestContext.Current.CancellationToken);
}
