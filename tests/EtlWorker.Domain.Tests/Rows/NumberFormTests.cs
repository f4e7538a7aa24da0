using System.Globalization;
using System.Text.RegularExpressions;
using CsCheck;
using EtlWorker.Domain.Rows;
using Xunit;

namespace EtlWorker.Domain.Tests.Rows;

public sealed class NumberFormTests
{
    private static readonly (char, char)[] Signs = [(',', '.'), ('.', ','), (',', ' '), ('.', '\'')];
    private static readonly NumberForm German = Form(',', '.');

    [Theory]
    [InlineData("-8,78", "-8.78")]
    [InlineData("1.183,23", "1183.23")]
    [InlineData("1183,23", "1183.23")]
    [InlineData("12.345.678", "12345678")]
    [InlineData("-999.999", "-999999")]
    [InlineData("5", "5")]
    [InlineData(",5", ".5")]
    [InlineData("5,", "5.")]
    [InlineData("0,5", "0.5")]
    [InlineData("0", "0")]
    public void A_comma_is_the_decimal_sign_and_a_point_stands_between_groups(string field, string text) =>
        Assert.Equal(text, Rewritten.Of(German, field));

    [Theory]
    [InlineData("1,2,3")]
    [InlineData("1.23,4")]
    [InlineData("1.2345")]
    [InlineData("12345.678")]
    [InlineData("0.123")]
    [InlineData("00.123")]
    [InlineData(".123")]
    [InlineData("1..123")]
    [InlineData("1.123.")]
    [InlineData("1,123.456")]
    [InlineData("1 234")]
    [InlineData("+1")]
    [InlineData("--1")]
    [InlineData("1-")]
    [InlineData(" 1")]
    [InlineData("abc")]
    public void A_misplaced_sign_is_refused(string field) => Assert.Equal("numeric", Rewritten.Of(German, field));

    [Theory]
    [InlineData("1 234 567,5")]
    [InlineData("1\u00A0234\u00A0567,5")]
    [InlineData("1\u202F234\u202F567,5")]
    public void A_space_between_groups_may_be_a_no_break_space(string field) =>
        Assert.Equal("1234567.5", Rewritten.Of(Form(',', ' '), field));

    [Theory]
    [InlineData("1'234'567.5")]
    [InlineData("1\u2019234\u2019567.5")]
    public void An_apostrophe_may_be_a_typographic_one(string field) => Assert.Equal("1234567.5", Rewritten.Of(Form('.', '\''), field));

    [Theory]
    [InlineData("1.5E3", "1500")]
    [InlineData("-1.5e+3", "-1500")]
    [InlineData("1.23456E2", "123.456")]
    [InlineData("1.5E-3", ".0015")]
    [InlineData("12E0", "12")]
    [InlineData("12.50E1", "125.0")]
    [InlineData("0E999999", "0")]
    [InlineData("1E999999", "out_of_range")]
    [InlineData("1E-999999", "out_of_range")]
    [InlineData("1E", "numeric")]
    [InlineData("1E+-3", "numeric")]
    [InlineData("1E++3", "numeric")]
    [InlineData("1E3.5", "numeric")]
    [InlineData(".E3", "numeric")]
    [InlineData("E3", "numeric")]
    [InlineData("1E99999999999", "numeric")]
    public void An_exponent_is_worked_out(string field, string text) =>
        Assert.Equal(text, Rewritten.Of(new NumberForm('.', null, true, RejectCode.Numeric, "a number"), field));

    [Fact]
    public void What_a_row_before_left_behind_is_no_sign()
    {
        var form = new NumberForm('.', null, true, RejectCode.Numeric, "a number");
        var text = "-1"u8.ToArray();

        Assert.Equal(RejectCode.Numeric, form.Rewrite("E5"u8, ref text, out _));
    }

    [Theory]
    [InlineData("0E-1", "0")]
    [InlineData("0.00E-5", "0")]
    public void A_whole_number_of_nothing_is_0(string field, string text) =>
        Assert.Equal(text, Rewritten.Of(new NumberForm('.', null, true, RejectCode.Integer, "a number"), field));

    [Fact]
    public void An_exponent_may_make_a_whole_number() =>
        Assert.Equal("12", Rewritten.Of(new NumberForm('.', null, true, RejectCode.Integer, "a number"), "1.20E+01"));

    [Fact]
    public void Without_the_option_an_exponent_is_left_to_the_codec() => Assert.Equal("1.5e3", Rewritten.Of(German, "1,5e3"));

    [Fact]
    public void A_person_reads_which_signs_are_meant() =>
        Assert.Equal("a number, with ',' as decimal sign and '.' between groups of three digits", German.Expects);

    [Fact]
    public void What_is_written_with_groups_is_read_back() => Gen.Select(
        Gen.Decimal, Gen.Int[0, Signs.Length - 1], Gen.Bool).Sample((number, index, grouped) =>
    {
        var signs = Signs[index];
        var plain = number.ToString(CultureInfo.InvariantCulture);
        var (whole, fraction) = plain.Split('.') is [var before, var after] ? (before, $"{signs.Item1}{after}") : (plain, "");
        var groups = Regex.Replace(whole, "(?<=[0-9])(?=([0-9]{3})+$)", grouped ? signs.Item2.ToString() : "");

        Assert.Equal(plain, Rewritten.Of(Form(signs.Item1, signs.Item2), groups + fraction));
    });

    [Fact]
    public void Whatever_the_text_it_is_read_as_the_pattern_says() => Gen.Char["0123456789.,- "].Array[0, 12].Sample(characters =>
    {
        var text = new string(characters);
        var isNumber = Regex.IsMatch(text, @"^-?(?:[1-9][0-9]{0,2}(?:\.[0-9]{3})+|[0-9]*)(?:,[0-9]*)?$");

        Assert.Equal(
            isNumber ? text.Replace(".", "", StringComparison.Ordinal).Replace(',', '.') : "numeric", Rewritten.Of(German, text));
    });

    private static NumberForm Form(char sign, char? thousands) => new(sign, thousands, false, RejectCode.Numeric, "a number");
}
