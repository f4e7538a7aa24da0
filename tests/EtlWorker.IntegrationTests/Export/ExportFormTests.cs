using System.Text;
using System.Text.Json.Nodes;
using EtlWorker.Domain.Pipelines;
using EtlWorker.IntegrationTests.Rigging;
using EtlWorker.StandIns;
using Npgsql;
using Xunit;

namespace EtlWorker.IntegrationTests.Export;

/// <summary>The forms in which a definition has results written, byte for byte.</summary>
public sealed class ExportFormTests(PostgresServer postgres) : IAsyncLifetime
{
    private const string Plain = "{run_date},9.50,ä;b,1.5,2026-02-03,2026-02-03 04:05:06.5,\"$1,234.50\",0.25,1,\"1,5\"\n"
        + "{run_date},10.00,,NaN,,,,,2,\n";

    private const string WithCommas = "{run_date};9,50;\"ä;b\";1,5;2026-02-03;2026-02-03 04:05:06.5;1234,50;0,25;1;1,5\n"
        + "{run_date};10,00;;NaN;;;;;2;\n";

    private LocalAws _aws = null!;

    public async ValueTask InitializeAsync() => _aws = await LocalAws.StartAsync(cancellationToken: TestContext.Current.CancellationToken);

    public ValueTask DisposeAsync() => _aws.DisposeAsync();

    [Fact]
    public async Task Delimiter_decimal_sign_encoding_and_mark_are_as_said_and_a_character_that_is_lacking_fails_the_export()
    {
        await using var rig = await Rig.CreateAsync(postgres, _aws.Endpoint, null, TestContext.Current.CancellationToken);
        await using var login = await OddRole.CreateAsync(rig);
        await DefineAsync(rig,
            """
            "out/plain.csv",
            { "key": "out/excel.csv", "delimiter": ";", "decimal": ",", "encoding": "windows-1252" },
            { "key": "out/bom.csv", "delimiter": ";", "decimal": ",", "bom": true },
            { "key": "out/last.csv", "delimiter": ";", "decimal": ",", "encoding": "us-ascii" }
            """);
        await using (var worker = await rig.StartAsync())
        {
            await rig.DropRowsAsync("orders", 1);
            var told = await rig.NotifiedAsync("not_exported");
            Assert.Contains(
                "the export out/last.csv cannot be written in us-ascii: its line 2 has a character that us-ascii lacks", told.Body,
                StringComparison.Ordinal);
            Assert.Contains("\"encoding\": \"utf-8\"", told.Body, StringComparison.Ordinal);
        }

        var date = await rig.QueryAsync<string>("select run_date::text from etl.run");
        rig.Define(pipeline => pipeline["analyses"]![0]!["export"]![3] = JsonNode.Parse(
            """{ "key": "out/last.csv", "delimiter": "\t", "decimal": ",", "encoding": "utf-16", "bom": true }"""));
        await using var corrected = await rig.StartAsync();
        Assert.Equal(0, (await rig.CommandAsync("retry", date, "--reason", "the encoding", "--wait")).Exit);

        string[] columns = ["ingestion_date", "amount", "note", "ratio", "at", "told", "sum", "part", "id", "text"];
        await ExpectAsync(rig, "out/plain.csv", "utf-8", FileEncoding.Utf8, string.Join(',', columns), Plain, date, times: 2);
        await ExpectAsync(
            rig, "out/excel.csv", "windows-1252", FileEncoding.Windows1252, string.Join(';', columns), WithCommas, date, times: 2);
        await ExpectAsync(
            rig, "out/bom.csv", "utf-8", FileEncoding.Utf8, "\uFEFF" + string.Join(';', columns), WithCommas, date, times: 2);
        await ExpectAsync(
            rig, "out/last.csv", "utf-16", FileEncoding.Utf16, "\uFEFF" + string.Join('\t', columns),
            WithCommas.Replace("\"ä;b\"", "ä|b").Replace(';', '\t').Replace('|', ';'), date, times: 1);
    }

    /// <summary>One analysis of every type that has a decimal sign, domains of domains included, and of some that only look so.</summary>
    private static async Task DefineAsync(Rig rig, string exports)
    {
        await rig.DefineAsync("{}", "orders");
        await rig.ExecuteAsync(
            """
            create domain public.amount numeric(10, 2);
            create domain public.price public.amount check (value > 0);
            drop table public.counted;
            create table public.counted (
                ingestion_date date, amount public.price, note text, ratio float8, at date, told timestamp, sum money, part numeric, id int,
                text text, primary key (ingestion_date, amount))
            """);
        await rig.WriteAsync("counted.sql",
            """
            select * from (values
                (10.00, null, 'NaN'::float8, null::date, null::timestamp, null::money, null::numeric, 2, null),
                (9.50, 'ä;b', 1.5, '2026-02-03', '2026-02-03 04:05:06.5', 1234.5::money, 0.25, 1, '1,5')
            ) as result (amount, note, ratio, at, told, sum, part, id, text)
            """);
        rig.Define(pipeline => pipeline["analyses"]![0]!["export"] = JsonNode.Parse($"[{exports}]"));
    }

    /// <summary>Every time that it was written it is the same.</summary>
    private static async Task ExpectAsync(
        Rig rig, string key, string charset, FileEncoding encoding, string header, string rows, string date, int times)
    {
        var listed = await rig.Aws.S3.ListVersionsAsync(rig.Aws.Bucket, key, rig.Token);
        Assert.Equal(times, listed.Versions.Count);
        foreach (var version in listed.Versions)
        {
            using var response = await rig.Aws.S3.GetObjectAsync(rig.Aws.Bucket, key, version.VersionId, rig.Token);
            using var bytes = new MemoryStream();
            await response.ResponseStream.CopyToAsync(bytes, rig.Token);
            Assert.Equal(
                $"{header}\n{rows.Replace("{run_date}", date, StringComparison.Ordinal)}",
                Encoding.GetEncoding(encoding.Name).GetString(bytes.ToArray()));
            Assert.Equal($"text/csv; charset={charset}", response.Headers.ContentType);
        }
    }

    /// <summary>A role whose settings would write numbers and dates in another way. It is the server's: it is dropped again.</summary>
    private sealed class OddRole(Rig rig, string name) : IAsyncDisposable
    {
        public static async Task<OddRole> CreateAsync(Rig rig)
        {
            var name = $"worker_{Guid.NewGuid():N}";
            await rig.ExecuteAsync($"create role {name} superuser login");
            foreach (var setting in new[] { "datestyle = 'German'", "lc_monetary = 'C.UTF-8'", "extra_float_digits = -10" })
            {
                await rig.ExecuteAsync($"alter role {name} set {setting}");
            }

            rig.Environment["ETLWORKER__DATABASE__CONNECTIONSTRING"] =
                new NpgsqlConnectionStringBuilder(rig.ConnectionString) { Username = name }.ConnectionString;
            return new OddRole(rig, name);
        }

        public async ValueTask DisposeAsync()
        {
            await rig.ExecuteAsync($"select pg_terminate_backend(pid) from pg_stat_activity where usename = '{name}'");
            await rig.UntilAsync($"select not exists (select from pg_stat_activity where usename = '{name}')");
            await rig.ExecuteAsync($"drop owned by {name}; drop role {name}");
        }
    }
}
