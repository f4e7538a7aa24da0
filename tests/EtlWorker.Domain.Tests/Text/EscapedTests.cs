using EtlWorker.Domain.Text;
using Xunit;

namespace EtlWorker.Domain.Tests.Text;

public sealed class EscapedTests
{
    [Theory]
    [InlineData("in/orders.csv", "in/orders.csv")]
    [InlineData("b\u00fccher \ud83d\udce6 100%", "b\u00fccher \ud83d\udce6 100%")]
    [InlineData("a\nb\r\nc\td", @"a\nb\r\nc\td")]
    [InlineData("\0\u001b[2J\u007f\u0085\u009b", @"\u0000\u001b[2J\u007f\u0085\u009b")]
    [InlineData("a\u2028b\u2029c", @"a\u2028b\u2029c")]
    [InlineData("\u202egpj.\u202c\u2066x\u2069\u200e\u200f\u061c", @"\u202egpj.\u202c\u2066x\u2069\u200e\u200f\u061c")]
    public void What_would_end_or_turn_a_line_is_written_out(string text, string expected)
    {
        Assert.Equal(expected, Escaped.Line(text));
        Assert.Equal(expected, Escaped.Line(expected));
    }

    [Fact]
    public void Text_of_several_lines_keeps_them_and_nothing_else() =>
        Assert.Equal("a\nb\\rc\nd\\u2028e\n", Escaped.Lines("a\r\nb\rc\nd\u2028e\n"));
}
