using System.Text;
using EtlWorker.Domain.Pipelines;
using EtlWorker.Load;
using Xunit;

namespace EtlWorker.Tests.Load;

public sealed class ManifestTextTests
{
    private const string Hash = "E3B0C44298FC1C149AFBF4C8996FB92427AE41E4649B934CA495991B7852B855";
    private static readonly ManifestDefinition Json = new() { Object = "{object}.json", Rows = "rows", Sha256 = "sha256" };
    private static readonly ManifestDefinition Csv = Json with { Format = ManifestFormat.Csv };
    private static readonly ManifestDefinition Sums = new() { Object = "{object}.sha256", Format = ManifestFormat.Sha256sum };

    [Fact]
    public async Task JSON_has_numbers_or_texts_in_nested_objects()
    {
        Assert.Equal((12, Hash), await ReadAsync(Json, $$"""{ "rows": 12, "sha256": "{{Hash}}", "other": [] }"""));
        Assert.Equal(
            (12, null),
            await ReadAsync(
                new ManifestDefinition { Object = "m", Rows = "totals.count" }, "\uFEFF{ \"totals\": { \"count\": \"0012\" } }"));
    }

    [Fact]
    public async Task JSON_of_several_files_has_an_entry_of_each()
    {
        var several = new ManifestDefinition { Object = "m", File = "files.name", Rows = "files.rows" };
        Assert.Equal((2, null), await ReadAsync(several, """
            { "files": [{ "name": "reviews.csv", "rows": 1 }, { "name": "out/orders.csv", "rows": 2 }, { "rows": 3 }] }
            """));
        Assert.Equal((7, null), await ReadAsync(
            new ManifestDefinition { Object = "m", File = "file", Rows = "n" }, """[{ "file": "in/orders.csv", "n": 7 }]"""));
        Assert.Equal("does not have an entry of in/orders.csv exactly once", await FaultAsync(several, """{ "files": [] }"""));
        Assert.Equal("does not have an entry of in/orders.csv exactly once", await FaultAsync(several, """
            { "files": [{ "name": "orders.csv", "rows": 1 }, { "name": "orders.csv", "rows": 2 }] }
            """));
    }

    [Fact]
    public async Task CSV_has_a_header_and_a_row_or_a_row_of_the_file()
    {
        Assert.Equal((12, Hash), await ReadAsync(Csv, $"Rows,SHA256\r\n12,{Hash}\r\n"));
        var several = new ManifestDefinition
        {
            Object = "m",
            Format = ManifestFormat.Csv,
            Delimiter = ';',
            File = "datei",
            Rows = "zeilen",
        };
        Assert.Equal((12, null), await ReadAsync(several, "Datei;Zeilen\nreviews.csv;3\n\"orders.csv\"; 12\n"));
        Assert.Equal("has no column zeilen", await FaultAsync(several, "datei;rows\norders.csv;1\n"));
        Assert.Equal("does not have a row of in/orders.csv exactly once", await FaultAsync(several, "datei;zeilen\n"));
        Assert.Equal("does not have a row exactly once", await FaultAsync(Csv, $"rows,sha256\n1,{Hash}\n2,{Hash}\n"));
    }

    [Theory]
    [InlineData("HASH")]
    [InlineData("HASH  orders.csv\n")]
    [InlineData("HASH *./in/orders.csv\r\n")]
    [InlineData("0000000000000000000000000000000000000000000000000000000000000000  reviews.csv\nHASH  orders.csv\n")]
    public async Task Sums_are_lines_as_sha256sum_writes_them(string text) =>
        Assert.Equal((null, Hash), await ReadAsync(Sums, text.Replace("HASH", Hash, StringComparison.Ordinal)));

    [Theory]
    [InlineData("")]
    [InlineData("HASH  other.csv")]
    [InlineData("HASH\nHASH")]
    [InlineData("d41d8cd98f00b204e9800998ecf8427e  orders.csv")]
    public async Task Sums_of_other_files_or_of_another_kind_are_none(string text) =>
        Assert.Equal(
            "does not have a line of in/orders.csv exactly once",
            await FaultAsync(Sums, text.Replace("HASH", Hash, StringComparison.Ordinal)));

    [Fact]
    public async Task A_count_is_a_number_alone()
    {
        var count = new ManifestDefinition { Object = "{stem}.cnt", Format = ManifestFormat.Count };
        Assert.Equal((12, null), await ReadAsync(count, "12\r\n"));
        Assert.Equal("has no whole number where the number of rows should stand", await FaultAsync(count, "12 rows"));
    }

    [Theory]
    [InlineData("{ \"rows\": 1 }", "has no sha256")]
    [InlineData("{ \"rows\": -1, \"sha256\": \"x\" }", "has no whole number where the number of rows should stand")]
    [InlineData("{ \"rows\": 1.0, \"sha256\": \"x\" }", "has no whole number where the number of rows should stand")]
    [InlineData("{ \"rows\": 1, \"sha256\": \"x\" }", "has no SHA-256 of 64 hexadecimal digits where one should stand")]
    [InlineData("{ \"rows\": {}, \"sha256\": \"x\" }", "has no number and no text at rows")]
    [InlineData("{\n \"rows\": 1", "is no JSON at line 2")]
    [InlineData("{\0", "line 1, byte 2 of the file (0x00) is NUL: save the file as UTF-8")]
    public async Task What_does_not_say_it_is_refused(string text, string fault) => Assert.Equal(fault, await FaultAsync(Json, text));

    private static Task<(long? Rows, string? Sha256)> ReadAsync(ManifestDefinition manifest, string text) =>
        new ManifestText(manifest, "in/orders.csv").ReadAsync(Encoding.UTF8.GetBytes(text), CancellationToken.None);

    private static async Task<string> FaultAsync(ManifestDefinition manifest, string text) =>
        (await Assert.ThrowsAsync<FormatException>(() => ReadAsync(manifest, text))).Message;
}
