using EtlWorker.Definitions;
using EtlWorker.Domain.Pipelines;
using Xunit;

namespace EtlWorker.Tests.Definitions;

public sealed class FormatFaultsTests
{
    private static readonly FeedDefinition Feed = new() { Name = "orders", Object = "in/orders.csv", Table = "staging.orders" };

    private static readonly string[] Months = [.. Enumerable.Range(1, 12).Select(month => $"m{month}")];

    public static TheoryData<FeedDefinition, string> Wrong => new()
    {
        { Feed with { SkipLines = -1 }, "skipLines must lie between 0 and 10,000" },
        { Feed with { SkipLastLines = 1_001 }, "skipLastLines must lie between 0 and 1,000" },
        { Feed with { Comment = ',' }, "comment must be a printable ASCII character, and neither the delimiter nor the quote" },
        { Feed with { Comment = '"' }, "comment must be a printable ASCII character, and neither the delimiter nor the quote" },
        { Feed with { Comment = '\u00a7' }, "comment must be a printable ASCII character, and neither the delimiter nor the quote" },
        { Feed with { Trim = true, Delimiter = ' ' }, "trim leaves out spaces, and the delimiter is one; leave one of them out" },
        { Feed with { Columns = FeedColumns.Ordered(["a"]) },
            "columns is a list, which is for a file without a header: say \"header\": false, or write it as an object" },
        { Feed with { Header = false, Columns = FeedColumns.Ordered(["a", "b", "a"]) }, "columns lists a twice" },
        { Feed with { Header = false, Columns = FeedColumns.Ordered([]) },
            "columns lists no column; leave it out where the file has all columns of the table" },
        { Feed with { Decimal = ';' }, "decimal is \".\" or \",\"" },
        { Feed with { Thousands = '_' }, "thousands is \".\", \",\", \"'\" or a space" },
        { Feed with { Thousands = '.' }, "thousands is '.', which is the decimal sign: say \"decimal\": \",\" as well" },
        { Feed with { Decimal = ',', Thousands = ',' }, "thousands is ',', which is the decimal sign" },
        { Feed with { PivotYear = 49 }, "pivotYear is the last year that a year of two digits can be, 2049: between 99 and 9999" },
        { Feed with { TimeZone = "W. Europe Standard Time" }, "timeZone 'W. Europe Standard Time' is no IANA zone, such as Europe/Berlin" },
        { Feed with { Months = Months[..11] }, "months names the twelve months, from January on, each once" },
        { Feed with { Months = [.. Months[..11], "M1"] }, "months names the twelve months, from January on, each once" },
        { Feed with { Dates = [] }, "dates lists no form; leave it out for the one that PostgreSQL writes" },
        { Feed with { Dates = ["HH:mm"] }, "dates: 'HH:mm' names no date" },
        { Feed with { Dates = ["yyyy-MM-dd HH:mm zzz"] }, "dates: 'yyyy-MM-dd HH:mm zzz' has an offset, which a date has not" },
        { Feed with { Times = ["dd.MM.yyyy HH:mm"] }, "times: 'dd.MM.yyyy HH:mm' is no time of day alone" },
        { Feed with { Timestamps = ["HH:mm"] }, "timestamps: 'HH:mm' names no date" },
        { Feed with { Dates = ["dd/MM/yyyy", "MM/dd/yyyy"] },
            "dates: 'dd/MM/yyyy' and 'MM/dd/yyyy' read 02/01/1911 differently; leave one of them out" },
        { Feed with { Booleans = ["Y"] }, "booleans lists pairs of words, for true and for false: [\"Y/N\", \"ja/nein\"]" },
        { Feed with { Booleans = ["Y/"] }, "booleans lists pairs of words, for true and for false: [\"Y/N\", \"ja/nein\"]" },
        { Feed with { Booleans = [] }, "booleans lists pairs of words, for true and for false: [\"Y/N\", \"ja/nein\"]" },
        { Feed with { Booleans = ["Y/N", "n/x"] }, "booleans: 'n' is a word for true and for false" },
    };

    [Theory]
    [MemberData(nameof(Wrong))]
    public void What_cannot_be_meant_is_named(FeedDefinition feed, string fault) =>
        Assert.Equal([$"feed orders: {fault}"], Faults(feed));

    [Fact]
    public void A_columns_own_fault_is_named_with_the_column()
    {
        var feed = Feed with
        {
            Decimal = ',',
            Columns = FeedColumns.Named(new Dictionary<string, ColumnDefinition>
            {
                ["a"] = new() { Dates = ["dd.MM.yy"] },
                ["b"] = new() { Thousands = ',' },
                ["c"] = new() { Dates = ["dd.MM.yy"], PivotYear = 2049 },
            }),
        };

        Assert.Collection(
            Faults(feed),
            fault => Assert.StartsWith(
                "feed orders, column a: dates: 'dd.MM.yy' has a year of two digits", fault, StringComparison.Ordinal),
            fault => Assert.Equal("feed orders, column b: thousands is ',', which is the decimal sign", fault));
    }

    [Fact]
    public void What_can_be_meant_is_no_fault() => Assert.Empty(Faults(Feed with
    {
        Decimal = ',',
        Thousands = '.',
        Dates = ["dd.MM.yyyy", "d.M.yyyy"],
        Timestamps = ["dd.MM.yyyy HH:mm", "dd.MM.yyyy"],
        Times = ["h:mm tt"],
        Months = Months,
        PivotYear = 2049,
        TimeZone = "Europe/Berlin",
        Booleans = ["Y/N", "1/0"],
        Comment = '#',
        SkipLines = 3,
        SkipLastLines = 2,
        Trim = true,
        Columns = FeedColumns.Named(new Dictionary<string, ColumnDefinition> { ["a"] = new() { Decimal = '.' } }),
    }));

    private static IEnumerable<string> Faults(FeedDefinition feed) => FormatFaults.In(feed, "$.feeds[0]").Select(fault => fault.Message);
}
