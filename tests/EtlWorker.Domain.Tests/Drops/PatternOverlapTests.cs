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
