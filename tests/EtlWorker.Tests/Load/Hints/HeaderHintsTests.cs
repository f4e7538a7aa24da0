using System.Text;
using EtlWorker.Domain.Pipelines;
using EtlWorker.Load;
using EtlWorker.Load.Hints;
using EtlWorker.Storage;
using Xunit;

namespace EtlWorker.Tests.Load.Hints;

/// <summary>What is said of a header that does not fit.</summary>
public sealed class HeaderHintsTests
{
    private static readonly FeedDefinition Feed = LoadedCsv.Feed;

    private static readonly TargetTable Table = new(new TableName("staging", "feed"),
        [LoadedCsv.Text("city"), LoadedCsv.Integer("amount"), LoadedCsv.Text("größe")]);

    [Theory]
    [InlineData("city;amount;größe",
        "The header is one field, and semicolons would divide it into the table's columns: \"delimiter\": \";\".")]
    [InlineData("City\tAmount\tGröße",
        "The header is one field, and tabs would divide it into the table's columns: \"delimiter\": \"\\t\".")]
    [InlineData("city|amount|other", "The header is one field, and bars would divide it into the table's columns: \"delimiter\": \"|\".")]
    [InlineData("c\0i\0t\0y\0,\0a\0m\0", "The header has a NUL after each letter, as UTF-16 has without a byte order mark: "
        + "set \"encoding\" to \"utf-16\" or \"utf-16be\".")]
    [InlineData("city,amount,grÃ¶Ãe",
        "The header was UTF-8 and has been converted to UTF-8 once more: have the sender export it without that.")]
    public async Task What_is_wrong_is_named_with_the_option(string header, string expected) =>
        Assert.Equal(expected, HeaderHints.Of(Feed, Table, await NamesAsync(Feed, Encoding.UTF8.GetBytes(header))));

    [Fact]
    public async Task Bytes_that_are_not_of_the_encoding_are_named() =>
        Assert.Equal(
            "The header has bytes that are not UTF-8: set \"encoding\" to the sender's, often \"windows-1252\".",
            HeaderHints.Of(Feed, Table, await NamesAsync(Feed, [.. "city,amount,gr"u8, 0xF6, 0xDF, .. "e"u8])));

    [Fact]
    public async Task Utf_8_that_is_read_as_another_encoding_is_named()
    {
        var feed = Feed with { Encoding = FileEncoding.Windows1252 };

        Assert.Equal(
            "The header is UTF-8, read as another encoding: set \"encoding\" to \"utf-8\".",
            HeaderHints.Of(feed, Table, await NamesAsync(feed, "city,amount,größe"u8.ToArray())));
    }

    [Theory]
    [InlineData("stadt,betrag,größe")]
    [InlineData("one;two;three")]
    [InlineData("city")]
    [InlineData("Ça va,amount,Âme")]
    public async Task Other_headers_have_no_hint(string header) =>
        Assert.Null(HeaderHints.Of(Feed, Table, await NamesAsync(Feed, Encoding.UTF8.GetBytes(header))));

    [Theory]
    [InlineData("Report of the day\nmade by hand\n\nall rows\n\ncity,amount,größe\nx,1,y\n", ',',
        "Line 6 has the names of the table's columns: \"skipLines\": 5 makes it the header.")]
    [InlineData("Report\ncity;amount;größe\n", ',',
        "Line 2 has the names of the table's columns: \"skipLines\": 1 and \"delimiter\": \";\" make it the header.")]
    [InlineData("Report\nx,1,y\nz,2,w\n", ',', null)]
    public async Task A_header_further_down_is_found(string file, char delimiter, string? expected)
    {
        var feed = Feed with { Delimiter = delimiter };
        await using var records = new CsvRecords(new MemoryStream(Encoding.UTF8.GetBytes(file)), feed, feed.Object);
        await records.ReadHeaderAsync(CancellationToken.None);

        Assert.Equal(expected, await HeaderHints.FurtherDownAsync(feed, Table, records, CancellationToken.None));
    }

    [Fact]
    public async Task A_header_beyond_fifty_lines_is_not_looked_for()
    {
        var file = string.Concat(Enumerable.Repeat("Report\n", 50)) + "city,amount,größe\n";
        await using var records = new CsvRecords(new MemoryStream(Encoding.UTF8.GetBytes(file)), Feed, Feed.Object);
        await records.ReadHeaderAsync(CancellationToken.None);

        Assert.Null(await HeaderHints.FurtherDownAsync(Feed, Table, records, CancellationToken.None));
    }

    private static async Task<IReadOnlyList<string>> NamesAsync(FeedDefinition feed, byte[] header)
    {
        await using var text = new Utf8Content(new MemoryStream(header), feed.Encoding);
        await using var records = new CsvRecords(text, feed, feed.Object);
        return await records.ReadHeaderAsync(CancellationToken.None);
    }
}
