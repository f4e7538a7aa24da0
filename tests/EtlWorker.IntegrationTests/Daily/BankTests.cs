using EtlWorker.IntegrationTests.Rigging;
using EtlWorker.SampleData;
using EtlWorker.SampleData.Bank;
using EtlWorker.StandIns;
using Xunit;

namespace EtlWorker.IntegrationTests.Daily;

/// <summary>The shipped pipeline of a bank, end to end: two days, each with the answers that their files were made with.</summary>
public sealed class BankTests(PostgresServer postgres) : IAsyncLifetime
{
    private LocalAws _aws = null!;

    public async ValueTask InitializeAsync() => _aws = await LocalAws.StartAsync(cancellationToken: TestContext.Current.CancellationToken);

    public ValueTask DisposeAsync() => _aws.DisposeAsync();

    [Fact]
    public async Task Two_days_of_files_as_a_German_bank_writes_them_give_the_known_answers()
    {
        await using var rig = await Rig.CreateAsync(postgres, _aws.Endpoint, null, TestContext.Current.CancellationToken);
        rig.Environment["ETLWORKER__PIPELINE__DEFINITION"] = Path.Combine(Repository.BankDefinition, "pipeline.json");
        rig.Environment["ETLWORKER__RUN__INTERVAL"] = "00:00:01";
        // Who made them by psql once has them.
        await rig.ExecuteAsync(await File.ReadAllTextAsync(Path.Combine(Repository.BankDefinition, "tables.sql"), rig.Token));
        await rig.MigrateAsync();
        await rig.MigrateAsync();
        await using var worker = await rig.StartAsync();
        var today = DateOnly.FromDateTime(
            await rig.QueryAsync<DateTime>("select (now() at time zone 'Europe/Berlin')::date::timestamp"));
        var first = new SampleOptions { Orders = 2_000, Seed = 7, BadRows = 5, AsOf = today.AddDays(-1) };
        var second = first with { Seed = 8, Orders = 1_500, BadRows = 0, AsOf = today };

        await RunAsync(rig, first);
        // The preamble's lines count as lines of the file, and so does the header.
        Assert.Equal(
            "6 amount numeric, 7 amount numeric, 8 amount numeric, 9 amount numeric, 10 amount numeric",
            await rig.QueryAsync<string>(
                "select string_agg(concat_ws(' ', line_number, column_name, code), ', ' order by line_number) from etl.reject"));
        await ExpectAnswersAsync(rig, first);

        await RunAsync(rig, second);
        await ExpectAnswersAsync(rig, first, second);
        Assert.Equal(3_495, await rig.QueryAsync<long>("select count(*) from bank.booking"));
        Assert.Equal(30, await rig.QueryAsync<long>("select count(*) from bank.account"));
    }

    private static async Task RunAsync(Rig rig, SampleOptions day)
    {
        await rig.DropBankAsync(day);
        await rig.NotifiedAsync("succeeded");
    }

    private static async Task ExpectAnswersAsync(Rig rig, params SampleOptions[] days)
    {
        var balances = BankAnswers.Balances(days);
        var folder = $"bank_export/{days[^1].AsOf:yyyy-MM-dd}";
        Assert.Equal("\uFEFF" + balances, await TextAsync(rig, $"{folder}/salden.csv", "utf-8"));
        Assert.Equal(balances, await TextAsync(rig, $"{folder}/salden_ansi.csv", "windows-1252"));
        Assert.Equal("\uFEFF" + BankAnswers.Turnover(days), await TextAsync(rig, $"{folder}/umsatz.csv", "utf-8"));
    }

    private static async Task<string> TextAsync(Rig rig, string key, string encoding)
    {
        using var response = await rig.Aws.S3.GetObjectAsync(rig.Aws.Bucket, key, rig.Token);
        using var bytes = new MemoryStream();
        await response.ResponseStream.CopyToAsync(bytes, rig.Token);
        Assert.Equal($"text/csv; charset={encoding}", response.Headers.ContentType);
        return System.Text.CodePagesEncodingProvider.Instance.GetEncoding(encoding)?.GetString(bytes.ToArray())
            ?? System.Text.Encoding.UTF8.GetString(bytes.ToArray());
    }
}
