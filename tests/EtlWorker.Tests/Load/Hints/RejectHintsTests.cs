using System.Text;
using System.Text.Json;
using EtlWorker.Definitions;
using EtlWorker.Domain.Pipelines;
using EtlWorker.Domain.Rows;
using EtlWorker.Load;
using EtlWorker.Load.Hints;
using EtlWorker.Storage;
using Xunit;

namespace EtlWorker.Tests.Load.Hints;

/// <summary>What is said of refused values, and where nothing may be said.</summary>
public sealed class RejectHintsTests
{
    private static readonly FeedDefinition Feed = LoadedCsv.Feed with { Delimiter = ';' };

    private static readonly Dictionary<string, TargetColumn> Types = new()
    {
        ["numeric"] = new TargetColumn("v", "numeric(10,2)", new NumericCodec(10, 2), false, false),
        ["numeric3"] = new TargetColumn("v", "numeric(12,3)", new NumericCodec(12, 3), false, false),
        ["integer"] = new TargetColumn("v", "integer", new IntegerCodec(4), false, false),
        ["date"] = new TargetColumn("v", "date", new DateCodec(), false, false),
        ["timestamp"] = new TargetColumn("v", "timestamp(6) without time zone", new TimestampCodec(6), false, false),
        ["timestamptz"] = new TargetColumn("v", "timestamp with time zone", new TimestampTzCodec(null), false, false),
        ["time"] = new TargetColumn("v", "time without time zone", new TimeCodec(null), false, false),
        ["boolean"] = new TargetColumn("v", "boolean", new BooleanCodec(), false, false),
        ["text"] = new TargetColumn("v", "text", new TextCodec(null), false, false),
    };

    [Theory]
    [InlineData("numeric", "12,50 0,5 -7,25", "have a decimal comma; \"decimal\": \",\"")]
    [InlineData("numeric", "1.234,50 12,5", "have a decimal comma and points between thousands; \"decimal\": \",\", \"thousands\": \".\"")]
    [InlineData("numeric", "1,234.50 1,234,567.00", "have commas between thousands; \"thousands\": \",\"")]
    [InlineData("numeric", "1'234.50 1'234'567", "have apostrophes between thousands; \"thousands\": \"'\"")]
    [InlineData("numeric", "1_234,50 12,5", "have a decimal comma and spaces between thousands; \"decimal\": \",\", \"thousands\": \" \"")]
    [InlineData("numeric", "1\u00A0234.50 1\u202F234", "have spaces between thousands; \"thousands\": \" \"")]
    [InlineData("numeric", "1.23456 2.5 7.0001", "have more digits after the point than the column keeps; \"fractions\": \"truncate\"")]
    [InlineData("numeric", "1.5E3 2e-1", "have an exponent; \"exponents\": true")]
    [InlineData("integer", "1,234 1,234,567", "have commas between thousands; \"thousands\": \",\"")]
    [InlineData("integer", "_12 13_", "have spaces around them; \"trim\": true")]
    [InlineData("integer", "NULL N/A", "be words for a missing value; \"nulls\": [\"\", \"NULL\", \"N/A\"]")]
    [InlineData("date", "23.11.2026 01.02.2026", "have the form dd.MM.yyyy; \"dates\": [\"dd.MM.yyyy\"]")]
    [InlineData("date", "3.1.2026 23.11.2026", "have the form d.M.yyyy; \"dates\": [\"d.M.yyyy\"]")]
    [InlineData("date", "11/23/2026 01/02/2026", "have the form MM/dd/yyyy; \"dates\": [\"MM/dd/yyyy\"]")]
    [InlineData("date", "23/11/2026 01/02/2026", "have the form dd/MM/yyyy; \"dates\": [\"dd/MM/yyyy\"]")]
    [InlineData("date", "20261123 20260102", "have the form yyyyMMdd; \"dates\": [\"yyyyMMdd\"]")]
    [InlineData("date", "23-Nov-2026 01-Feb-2026", "have the form dd-MMM-yyyy; \"dates\": [\"dd-MMM-yyyy\"]")]
    [InlineData("date", "23.11.26 01.02.26", "have the form dd.MM.yy; \"dates\": [\"dd.MM.yy\"] with \"pivotYear\"")]
    [InlineData("timestamp", "23.11.2026_14:30:00 01.02.2026_00:00:00",
        "have the form dd.MM.yyyy HH:mm:ss; \"timestamps\": [\"dd.MM.yyyy HH:mm:ss\"]")]
    [InlineData("timestamp", "2026-11-23_14:30 2026-02-01_00:00", "have the form yyyy-MM-dd HH:mm; \"timestamps\": [\"yyyy-MM-dd HH:mm\"]")]
    [InlineData("timestamp", "2026-11-23_14:30:00.1234567 2026-11-23_14:30:01.7654321",
        "have more digits after the second than the column keeps; \"fractions\": \"truncate\"")]
    [InlineData("timestamptz", "2026-11-23_14:30:00 2026-11-24_14:30:00",
        "have no offset; \"timeZone\" with the sender's zone, such as \"Europe/Berlin\",")]
    [InlineData("time", "14:30 09:05", "have the form HH:mm; \"times\": [\"HH:mm\"]")]
    [InlineData("boolean", "Y N n y", "be Y and N; \"booleans\": [\"Y/N\"]")]
    [InlineData("boolean", "ja nein", "be ja and nein; \"booleans\": [\"ja/nein\"]")]
    public async Task A_form_is_named_with_the_option_that_takes_it(string type, string values, string expected)
    {
        Assert.Equal(
            [$"Column v: the refused values seem to {expected} of the feed, or of the column, takes them."],
            await HintsAsync(type, values));

        var feed = With(expected[(expected.IndexOf("; ", StringComparison.Ordinal) + 2)..]);
        Assert.Equal(0, (await ReadAsync(feed, TableOf(type), Encoding.UTF8.GetBytes(CsvOf(values)))).Refused);
    }

    [Theory]
    [InlineData("numeric3", "1,234 5,678",
        "have a decimal comma, or have commas between thousands, and none that was looked at decides which; "
        + "\"decimal\": \",\", or \"thousands\": \",\"")]
    [InlineData("date", "03/04/2026 05/06/2026", "have the form dd/MM/yyyy or MM/dd/yyyy, and none that was looked at decides which; "
        + "\"dates\": [\"dd/MM/yyyy\"] or \"dates\": [\"MM/dd/yyyy\"]")]
    public async Task Of_two_forms_between_which_no_value_decides_both_are_named(string type, string values, string expected) =>
        Assert.Equal(
            [$"Column v: the refused values seem to {expected} of the feed, or of the column, takes them."],
            await HintsAsync(type, values));

    [Fact]
    public async Task A_scale_decides_between_a_decimal_comma_and_thousands() =>
        Assert.Contains("seem to have commas between thousands;", Assert.Single(await HintsAsync("numeric", "1,234 5,678")),
            StringComparison.Ordinal);

    [Theory]
    [InlineData("integer", "12x abc")]
    [InlineData("integer", "99999999999 88888888888")]
    [InlineData("numeric", "12,3456,7 1,23,4")]
    [InlineData("date", "31.02.2026 45.11.2026")]
    [InlineData("date", "tomorrow never")]
    [InlineData("boolean", "n N")]
    [InlineData("boolean", "maybe Y")]
    [InlineData("time", "25:00 14:61")]
    public async Task What_fits_no_form_has_no_hint(string type, string values) => Assert.Empty(await HintsAsync(type, values));

    [Fact]
    public async Task A_few_values_of_another_form_have_no_hint_that_the_other_rows_would_be_refused_by()
    {
        Assert.Empty(await HintsAsync("numeric", $"12,50 {Repeated("1.5", 9)}"));
        Assert.Empty(await HintsAsync("date", $"23.11.2026 {Repeated("2026-11-23", 9)}"));
        Assert.Empty(await HintsAsync("boolean", $"Y {Repeated("true", 9)}"));
    }

    [Fact]
    public async Task Where_many_rows_have_the_old_form_both_are_proposed() =>
        Assert.Contains("\"dates\": [\"yyyy-MM-dd\", \"dd.MM.yyyy\"]",
            Assert.Single(await HintsAsync("date", $"{Repeated("23.11.2026", 5)} {Repeated("2026-11-23", 5)}")), StringComparison.Ordinal);

    [Fact]
    public async Task What_only_adds_to_what_is_taken_is_proposed_for_a_single_row() =>
        Assert.Contains("\"nulls\": [\"\", \"NULL\"]", Assert.Single(await HintsAsync("integer", $"{Repeated("1", 50)} NULL 2")),
            StringComparison.Ordinal);

    [Fact]
    public async Task No_value_of_a_row_is_in_a_hint()
    {
        var hints = await HintsAsync("numeric", "4711,17 815,99");

        Assert.NotEmpty(hints);
        Assert.All(hints, hint => Assert.DoesNotMatch("4711|815", hint));
    }

    [Fact]
    public async Task All_columns_of_a_row_are_looked_at_and_those_of_one_form_are_named_together()
    {
        var table = new TargetTable(new TableName("staging", "feed"),
            [Types["date"] with { Name = "d" }, Types["numeric"] with { Name = "a" }, Types["numeric"] with { Name = "b" }]);

        var hints = await HintsAsync(Feed, table, "d;a;b\n23.11.2026;1,5;2,5\n24.11.2026;3,5;4,5\n");

        Assert.Equal(
            [
                "Column d: the refused values seem to have the form dd.MM.yyyy; \"dates\": [\"dd.MM.yyyy\"] of the feed, or of the column, "
                    + "takes them.",
                "Column a, b: the refused values seem to have a decimal comma; \"decimal\": \",\" of the feed, or of the column, "
                    + "takes them.",
            ],
            hints);
    }

    [Fact]
    public async Task An_option_that_the_feed_has_is_not_proposed_again() =>
        Assert.Empty(await HintsAsync(Feed with { Dates = ["dd.MM.yyyy"] }, TableOf("date"), "v\n31.02.2026\n23.11.2026\n"));

    [Fact]
    public async Task A_delimiter_behind_the_last_field_is_named() =>
        Assert.Equal(
            ["The refused rows end with a delimiter behind their last field: \"trailingDelimiter\": true takes them."],
            await HintsAsync(LoadedCsv.Feed, LoadedCsv.Table, "a,b\nx,1,\ny,2,\n"));

    [Fact]
    public async Task Rows_with_one_field_more_have_no_such_hint() =>
        Assert.Empty(await HintsAsync(LoadedCsv.Feed, LoadedCsv.Table, "a,b\nx,1,5\ny,2,7\n"));

    [Fact]
    public async Task A_footer_is_named_as_what_it_may_be_and_only_at_the_end()
    {
        const string rows = "a,b\nx,1\ny,2\nz,3\nw,4\nv,5\n";
        Assert.Equal(
            ["Only the last 2 rows of the file are refused: if that is a footer, \"skipLastLines\": 2 leaves it out."],
            await HintsAsync(LoadedCsv.Feed, LoadedCsv.Table, $"{rows}total\n5 rows\n"));
        Assert.Empty(await HintsAsync(LoadedCsv.Feed, LoadedCsv.Table, $"{rows}total\n5 rows\nu,6\n"));
    }

    [Fact]
    public async Task Comments_are_named() =>
        Assert.Equal(
            ["The refused rows begin with #: if they are comments, \"comment\": \"#\" leaves them out."],
            await HintsAsync(LoadedCsv.Feed, LoadedCsv.Table, "a,b\n# one\nx,1\n# two\ny,2\n"));

    [Fact]
    public async Task Text_in_another_encoding_is_named() =>
        Assert.Equal(
            ["The text is not UTF-8: set \"encoding\" to the sender's, often \"windows-1252\"."],
            await HintsAsync(Feed, TableOf("text"), [.. "v\n"u8, 0xFC, .. "ber\nplain\n"u8, 0xE4, .. "hnlich\n"u8]));

    /// <summary>The feed with the options that a hint proposes.</summary>
    private static FeedDefinition With(string options)
    {
        var pivot = options.Contains("\"pivotYear\"", StringComparison.Ordinal) ? ", \"pivotYear\": 2049" : "";
        options = options.Replace(" with \"pivotYear\"", pivot, StringComparison.Ordinal)
            .Replace(" with the sender's zone, such as \"Europe/Berlin\",", ": \"Europe/Berlin\"", StringComparison.Ordinal);
        var document = $$"""
            {
              "name": "p", "timeZone": "UTC",
              "feeds": [{ "name": "feed", "object": "in/feed.csv", "table": "staging.feed", "delimiter": ";", {{options}} }]
            }
            """;
        var pipeline = JsonSerializer.Deserialize(document, DefinitionJson.Default.PipelineDefinition)!;
        Assert.Empty(DefinitionFaults.In(pipeline));
        return pipeline.Feeds[0];
    }

    private static string CsvOf(string values) => $"v\n{string.Join('\n', values.Split(' ')).Replace('_', ' ')}\n";

    private static Task<IReadOnlyList<string>> HintsAsync(string type, string values) => HintsAsync(Feed, TableOf(type), CsvOf(values));

    private static TargetTable TableOf(string type) => new(new TableName("staging", "feed"), [Types[type]]);

    private static string Repeated(string value, int times) => string.Join(' ', Enumerable.Repeat(value, times));

    private static Task<IReadOnlyList<string>> HintsAsync(FeedDefinition feed, TargetTable table, string csv) =>
        HintsAsync(feed, table, Encoding.UTF8.GetBytes(csv));

    private static async Task<IReadOnlyList<string>> HintsAsync(FeedDefinition feed, TargetTable table, byte[] csv) =>
        (await ReadAsync(feed, table, csv)).Hints;

    /// <summary>As the loader reads a file, and asks for hints at its end.</summary>
    private static async Task<(IReadOnlyList<string> Hints, int Refused)> ReadAsync(FeedDefinition feed, TargetTable table, byte[] csv)
    {
        await using var content = new MemoryStream(csv);
        await using var text = new Utf8Content(content, feed.Encoding);
        await using var records = new CsvRecords(text, feed, feed.Object);
        var header = HeaderMap.Of(feed, table, feed.Object, await records.ReadHeaderAsync(CancellationToken.None), 1);
        var encoder = new RowEncoder(records, text, table, new BinaryTuples(), header, feed, RowOrigin.None);
        var (hints, read, all) = (new RejectHints(feed), 0, 0);
        while (await records.ReadAsync(CancellationToken.None))
        {
            read++;
            var refused = encoder.Encode(out var column);
            if (refused != RejectCode.None)
            {
                all++;
                hints.BeginRow(read);
                encoder.Witness(hints, refused, column);
            }
        }

        return (hints.Sentences(read, isWhole: true), all);
    }
}
