using EtlWorker.Domain.Rows;
using Xunit;

namespace EtlWorker.Domain.Tests.Rows;

public sealed class OtherFormsTests
{
    [Theory]
    [InlineData("1.256", 2, "1.25")]
    [InlineData("-0.999", 2, "-0.99")]
    [InlineData("5.7", 0, "5")]
    [InlineData(".5", 0, "0")]
    [InlineData("-.5", 0, "-0")]
    [InlineData("5.", 2, "5.")]
    [InlineData("5.25", 2, "5.25")]
    [InlineData("5", 2, "5")]
    [InlineData("1.256E3", 2, "1.256E3")]
    [InlineData("1.256.3", 2, "1.256.3")]
    [InlineData("1.25x", 1, "1.25x")]
    public void Digits_of_a_number_that_the_column_does_not_keep_are_left_out(string field, int digits, string text) =>
        Assert.Equal(text, Rewritten.Of(new FractionForm(digits, false, ""), field));

    [Theory]
    [InlineData("2026-03-03T14:59:33.4902601", 6, "2026-03-03T14:59:33.490260")]
    [InlineData("2026-03-03T14:59:33.4902601+01:00", 6, "2026-03-03T14:59:33.490260+01:00")]
    [InlineData("2026-03-03 14:59:33.4902601 Z", 3, "2026-03-03 14:59:33.490 Z")]
    [InlineData("14:59:33.9", 0, "14:59:33")]
    [InlineData("10.12:20:30", 0, "10.12:20:30")]
    [InlineData("12:34.5:56", 0, "12:34.5:56")]
    public void Digits_of_a_second_that_the_column_does_not_keep_are_left_out(string field, int digits, string text) =>
        Assert.Equal(text, Rewritten.Of(new FractionForm(digits, true, ""), field));

    [Theory]
    [InlineData("Y", "t")]
    [InlineData("y", "t")]
    [InlineData("JA", "t")]
    [InlineData("Nein", "f")]
    [InlineData("n", "f")]
    [InlineData("нет", "f")]
    [InlineData("ДА", "t")]
    [InlineData("", "boolean")]
    [InlineData("yes", "boolean")]
    [InlineData("true", "boolean")]
    [InlineData("ja ", "boolean")]
    public void Words_for_true_and_false_are_the_feeds_own(string field, string text) =>
        Assert.Equal(text, Rewritten.Of(new BooleanForm(["Y/N", "ja/nein", "да/нет"]), field));
}
