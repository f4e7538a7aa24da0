using EtlWorker.Domain.Pipelines;
using EtlWorker.Export;
using Xunit;

namespace EtlWorker.Tests.Export;

public sealed class RejectLineTests
{
    private static readonly FeedDefinition Feed = new() { Name = "orders", Object = "in/orders.csv", Table = "staging.orders" };
    private static readonly RejectLine Line = new(Feed, "id,note,price", 3);

    [Fact]
    public void A_row_stands_as_it_stood_and_what_is_wrong_behind_it()
    {
        Assert.Equal("id,note,price,_line,_column,_code,_reason\r\n", Line.Header());
        Assert.Equal(
            "1,\"a \"\"b\"\"\nc\",x,17,\"price\",integer,\"not a \"\"number\"\"\"\r\n",
            Line.Of(17, "price", "integer", "not a \"number\"", "1,\"a \"\"b\"\"\nc\",x"));
    }

    [Theory]
    [InlineData("column_count", "1,2")]
    [InlineData("quote", "1,\"2,3")]
    public void A_row_whose_fields_cannot_be_told_apart_stands_whole_in_the_first_column(string code, string raw) =>
        Assert.Equal(
            $"\"{raw.Replace("\"", "\"\"", StringComparison.Ordinal)}\",,,9,\"\",{code},\"r\"\r\n", Line.Of(9, null, code, "r", raw));

    [Fact]
    public void A_row_that_was_cut_stands_whole_in_the_first_column() =>
        Assert.StartsWith(
            $"\"{new string('x', 4095)}\",,,9", Line.Of(9, "note", "too_long", "r", new string('x', 4095)), StringComparison.Ordinal);

    /// <summary>The file may be dropped again as it is: what the feed leaves out of each file is there to be left out.</summary>
    [Fact]
    public void Lines_and_delimiters_that_the_feed_expects_are_there()
    {
        var line = new RejectLine(Feed with { SkipLines = 2, SkipLastLines = 1, TrailingDelimiter = true }, "a,b,", 2);

        Assert.Equal("(left out)\r\n(left out)\r\na,b,_line,_column,_code,_reason,\r\n", line.Header());
        Assert.Equal("1,x,4,\"b\",integer,\"r\",\r\n", line.Of(4, "b", "integer", "r", "1,x,"));
        Assert.Equal("(left out)\r\n", line.Footer(1));
    }

    /// <summary>A trailer is true of the rows that are there.</summary>
    [Fact]
    public void The_trailer_that_the_feed_expects_counts_the_refused_rows()
    {
        var feed = Feed with { SkipLastLines = 2, Trailer = "T,*,{rows}" };

        var footer = new RejectLine(feed, "a,b", 2).Footer(1_200);

        Assert.Equal("(left out)\r\nT,,1200\r\n", footer);
        Assert.Equal(1_200, new TrailerPattern(feed.Trailer, ',').RowsIn(footer.Split("\r\n")[1]));
    }

    [Fact]
    public void The_feed_s_own_delimiter_and_quote_are_used() =>
        Assert.Equal(
            "1;2;3;4;'it''s';date;'r'\r\n",
            new RejectLine(Feed with { Delimiter = ';', Quote = '\'' }, "a;b;c", 3).Of(4, "it's", "date", "r", "1;2;3"));
}
