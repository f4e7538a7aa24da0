using System.IO.Compression;
using System.Text;
using EtlWorker.SampleData;
using EtlWorker.SampleData.Bank;
using Microsoft.Extensions.Time.Testing;
using Xunit;

namespace EtlWorker.Tests.SampleData;

public sealed class BankFeedTests : IDisposable
{
    private static readonly SampleOptions Options = new() { Orders = 6, BadRows = 3, AsOf = new DateOnly(2026, 3, 1) };

    private readonly string _directory = Directory.CreateTempSubdirectory("etlworker-bank-").FullName;

    public void Dispose() => Directory.Delete(_directory, recursive: true);

    [Fact]
    public void The_sample_is_the_same_on_every_machine()
    {
        var files = BankFeed.WriteAll(_directory, Options);

        Assert.Equal(
            ["umsaetze_20260301.csv.gz", "konten_20260301.csv", "kurse.csv", "fertig_20260301.txt"], files.Select(file => file.Name));
        Assert.All(files, file => Assert.Equal(new FileInfo(Path.Combine(_directory, file.Name)).Length, file.Bytes));
        Snapshot.Matches("bank-sample.txt", string.Concat(files.Select(file => Text(file.Name))));
    }

    [Fact]
    public void The_answers_leave_out_bad_rows_and_count_in_euros()
    {
        // Of the snapshot: rows 4 to 6 are good.
        Assert.Equal(
            """
            ingestion_date;month;bookings;credits;debits
            2026-03-01;2026-02-01;3;1028,22;-2876,33

            """.ReplaceLineEndings("\n"),
            BankAnswers.Turnover(Options));
        var balances = BankAnswers.Balances(Options).Split('\n');
        Assert.Equal(12, balances.Length);
        Assert.Equal("2026-03-01;DE445001050000000001;Nordöl A/S;1;1028,22;8528,22;2026-02-27", balances[2]);
        Assert.Equal("2026-03-01;DE445001050000000002;\"Peter \"\"Pit\"\" Maaß\";0;0,00;4500,00;", balances[3]);
    }

    [Fact]
    public void The_command_writes_it_where_it_is_named()
    {
        using var output = new StringWriter();
        var clock = new FakeTimeProvider();
        string[] arguments = ["--out", _directory, "--pipeline", "bank", "--orders", "6", "--bad-rows", "3", "--as-of", "2026-03-01"];

        Assert.Equal(0, SampleCommand.Run(arguments, clock, output, TextWriter.Null));
        Assert.Contains("umsaetze_20260301.csv.gz: 6 rows", output.ToString(), StringComparison.Ordinal);
        Assert.Equal(2, SampleCommand.Run(["--out", _directory, "--pipeline", "shop"], clock, output, TextWriter.Null));
    }

    private string Text(string name)
    {
        using var file = File.OpenRead(Path.Combine(_directory, name));
        using var packed = new GZipStream(file, CompressionMode.Decompress);
        using var text = new StreamReader(
            name.EndsWith(".gz", StringComparison.Ordinal) ? packed : file, CodePagesEncodingProvider.Instance.GetEncoding(1252)!);
        return text.ReadToEnd();
    }
}
