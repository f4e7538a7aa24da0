using EtlWorker.Domain.Pipelines;
using Xunit;

namespace EtlWorker.Domain.Tests.Pipelines;

public sealed class TrailerPatternTests
{
    [Theory]
    [InlineData("T;{rows}", "T;12", 12L)]
    [InlineData("T;{rows}", " T;00012\t", 12L)]
    [InlineData("99{rows}", "9900000012", 12L)]
    [InlineData("T;*;{rows};*", "T;2026-11-27;12;3", 12L)]
    [InlineData("{rows} rows", "12 rows", 12L)]
    [InlineData("(T).{rows}", "(T).12", 12L)]
    [InlineData("T;{rows}", "T;12;", null)]
    [InlineData("T;{rows}", "T;-12", null)]
    [InlineData("T;{rows}", "T;1.200", null)]
    [InlineData("T;*;{rows}", "T;a;b;12", null)]
    [InlineData("T;{rows}", "t;12", null)]
    [InlineData("T;{rows}", "T;1234567890123456789", null)]
    [InlineData("T;{rows}", "T;\u0661\u0662", null)]
    public void A_line_is_a_trailer_where_all_of_it_has_the_form(string form, string line, long? rows) =>
        Assert.Equal(rows, new TrailerPattern(form, ';').RowsIn(line));

    [Fact]
    public void A_long_line_is_not_slow() =>
        Assert.Null(new TrailerPattern("*a*a*a*a*a*a*a;{rows}", ';').RowsIn(new string('a', 3_000)));

    [Theory]
    [InlineData("T;{rows}")]
    [InlineData("*;{rows};*")]
    public void A_form_has_the_number_once(string form) => Assert.Null(TrailerPattern.FaultOf(form));

    [Theory]
    [InlineData("T;", "must have {rows} once")]
    [InlineData("{rows};{rows}", "must have {rows} once")]
    [InlineData("*{rows}", "has * right beside {rows}")]
    [InlineData("{rows}*", "has * right beside {rows}")]
    public void A_form_that_cannot_be_read_is_a_fault(string form, string fault) =>
        Assert.StartsWith(fault, TrailerPattern.FaultOf(form), StringComparison.Ordinal);
}
