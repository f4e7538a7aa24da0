using CsCheck;
using EtlWorker.Domain.Drops;
using Xunit;

namespace EtlWorker.Domain.Tests.Drops;

public sealed class PatternOverlapTests
{
    [Theory]
    [InlineData("in/orders.csv", "in/orders.csv", "in/orders.csv")]
    [InlineData("in/*.csv", "in/orders.csv", "in/orders.csv")]
    [InlineData("in/orders_*.csv", "in/*_eu.csv", "in/orders_eu.csv")]
    [InlineData("in/*_eu_*.csv", "in/a*b.csv", "in/a_eu_b.csv")]
    [InlineData("*/a", "in/*", "in/a")]
    [InlineData("in/{date}.csv", "in/2026-03-01.csv", "in/2026-03-01.csv")]
    [InlineData("in/{date}.csv", "in/2024-02-2*.csv", "in/2024-02-22.csv")]
    [InlineData("in/{date}.csv", "in/*02-29.csv", "in/2000-02-29.csv")]
    [InlineData("in/{date}_*.csv", "in/*_{date}.csv", null)]
    [InlineData("in/{date:yyyyMMdd}.csv", "in/20260301.csv", "in/20260301.csv")]
    [InlineData("in/{date:ddMMyyyy}.csv", "in/2902*.csv", "in/29022000.csv")]
    [InlineData("in/{date:ddMMyyyy}.csv", "in/*2023.csv", "in/01012023.csv")]
    [InlineData("in/{date:yyyyMMdd}.csv", "in/{date:ddMMyyyy}.csv", null)]
    [InlineData("in/{date:yyMMdd}.csv", "in/{date:ddMMyy}.csv", null)]
    [InlineData("in/{date}.csv", "in/{date:yyyy-MM-dd}.csv", "in/2000-01-01.csv")]
    [InlineData("in/{date:yyyy/MM/dd}/a", "in/*/*/29/a", null)]
    [InlineData("{date:yyyyMMdd}*", "*{date:ddyyyyMM}", null)]
    [InlineData("a/*", "*/*", "a/x")]
    [InlineData("*", "*", "x")]
    public void A_key_that_both_take_is_named(string one, string other, string? example)
    {
        var found = PatternOverlap.Example(new ObjectPattern(one), new ObjectPattern(other));

        Assert.NotNull(found);
        Assert.True(new ObjectPattern(one).Matches(found, out _) && new ObjectPattern(other).Matches(found, out _), found);
        Assert.Equal(found.Length, PatternOverlap.Example(new ObjectPattern(other), new ObjectPattern(one))!.Length);
        Assert.True(example is null || example.Length == found.Length, $"{found} for {example}");
    }

    [Theory]
    [InlineData("in/orders.csv", "in/Orders.csv")]
    [InlineData("in/*.csv", "in/a/orders.csv")]
    [InlineData("in/*.csv", "in/*.txt")]
    [InlineData("in/a*.csv", "in/b*.csv")]
    [InlineData("in/{date}.csv", "in/2026-02-30.csv")]
    [InlineData("in/{date}.csv", "in/1900-02-29*.csv")]
    [InlineData("in/{date}.csv", "in/0000-*.csv")]
    [InlineData("in/{date}.csv", "in/*-3*-*.csv")]
    [InlineData("in/{date}.csv", "in/orders_*.csv")]
    [InlineData("in/{date}", "in/{date}/a")]
    [InlineData("in/{date:yyyyMMdd}.csv", "in/{date}.csv")]
    [InlineData("in/{date:yyyyMMdd}.csv", "in/20260230.csv")]
    [InlineData("in/{date:ddMMyyyy}.csv", "in/29022023.csv")]
    [InlineData("in/{date:ddMMyyyy}.csv", "in/2902*1.csv")]
    [InlineData("in/{date:ddMMyyyy}.csv", "in/3002*.csv")]
    [InlineData("in/{date:ddyyyyMM}.csv", "in/311*04.csv")]
    [InlineData("in/{date:MMyyyydd}.csv", "in/022023*29.csv")]
    [InlineData("in/{date:MMyyyydd}.csv", "in/01000*00.csv")]
    [InlineData("in/{date:yyMMdd}.csv", "in/210229.csv")]
    [InlineData("in/{date:yyyy/MM/dd}", "in/*")]
    [InlineData("in/*", "in*/")]
    public void Patterns_without_a_key_in_common_have_none(string one, string other)
    {
        Assert.Null(PatternOverlap.Example(new ObjectPattern(one), new ObjectPattern(other)));
        Assert.Null(PatternOverlap.Example(new ObjectPattern(other), new ObjectPattern(one)));
    }

    [Fact]
    public void A_key_that_both_take_is_found_exactly_where_there_is_one() =>
        Gen.Select(Gen.String[Gen.Char["ab*/"], 1, 6], Gen.String[Gen.Char["ab*/"], 1, 6]).Sample((one, other) =>
        {
            var (first, second) = (new ObjectPattern(one), new ObjectPattern(other));
            var found = PatternOverlap.Example(first, second);
            var known = Keys.Any(key => first.Matches(key, out _) && second.Matches(key, out _));
            // Beyond the keys that were tried there may be longer ones.
            var isRight = found is null ? !known : first.Matches(found, out _) && second.Matches(found, out _);
            Assert.True(isRight, $"{one} and {other}: {found}");
        }, iter: 3_000);

    [Fact]
    public void Whether_a_form_of_a_date_takes_a_key_is_the_same_for_both() =>
        Gen.Select(DateForms.Any, Gen.Char["0123459"].Array[8]).Sample((form, digits) =>
        {
            var rest = new Queue<char>(digits);
            var key = string.Concat(form.Select(letter => char.IsLetter(letter) ? rest.Dequeue() : letter));
            var dates = new ObjectPattern($"{{date:{form}}}");
            Assert.Equal(dates.Matches(key, out _) ? key : null, PatternOverlap.Example(dates, new ObjectPattern(key)));
        }, iter: 20_000);

    [Fact]
    public void Two_forms_overlap_exactly_where_a_date_of_the_one_is_a_date_of_the_other() =>
        Gen.Select(DateForms.Any, DateForms.Any).Sample((one, other) =>
        {
            var (first, second) = (new ObjectPattern($"{{date:{one}}}"), new ObjectPattern($"{{date:{other}}}"));
            var known = DateForms.Days.Any(day => second.Matches(first.On(day), out _));
            var found = PatternOverlap.Example(first, second);
            Assert.True(known == found is not null, $"{one} and {other}: {found}");
            Assert.True(found is null || (first.Matches(found, out _) && second.Matches(found, out _)), found);
        }, iter: 100);

    [Fact(Timeout = 60_000)]
    public async Task Two_patterns_of_many_dates_are_judged_all_the_same()
    {
        var one = new ObjectPattern(string.Concat(Enumerable.Repeat("*{date:yyyyMMdd}", 8)) + "a");
        var other = new ObjectPattern(string.Concat(Enumerable.Repeat("{date:ddMMyyyy}*", 8)) + "b");

        Assert.Null(await Task.Run(() => PatternOverlap.Example(one, other), TestContext.Current.CancellationToken));
    }

    [Fact(Timeout = 60_000)]
    public async Task Two_patterns_of_many_stars_are_judged_all_the_same()
    {
        var one = new ObjectPattern(string.Concat(Enumerable.Repeat("*_", 200)) + "a");
        var other = new ObjectPattern(string.Concat(Enumerable.Repeat("_*", 200)) + "b");

        Assert.Null(await Task.Run(() => PatternOverlap.Example(one, other), TestContext.Current.CancellationToken));
    }

    /// <summary>Every key of up to six of the letters that does not end in a slash.</summary>
    private static readonly List<string> Keys = [.. Enumerable.Range(1, 6).SelectMany(Of).Where(key => !key.EndsWith('/'))];

    private static IEnumerable<string> Of(int length) =>
        length == 0 ? [""] : Of(length - 1).SelectMany(key => "ab/".Select(letter => key + letter));
}
