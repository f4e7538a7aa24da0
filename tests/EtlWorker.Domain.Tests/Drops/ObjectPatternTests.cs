using System.Globalization;
using CsCheck;
using EtlWorker.Domain.Drops;
using Xunit;

namespace EtlWorker.Domain.Tests.Drops;

public sealed class ObjectPatternTests
{
    [Theory]
    [InlineData("in/orders.csv", "in/orders.csv")]
    [InlineData("in/{date}/orders.csv", "in/2026-02-28/orders.csv in/2026-03-01/orders.csv")]
    [InlineData("in/{date:yyyyMMdd}-{date}.csv", "in/20260228-2026-02-28.csv in/20260301-2026-03-01.csv")]
    [InlineData("in/orders-*.csv", null)]
    [InlineData("in/*/{date}.csv", null)]
    public void Its_keys_of_a_time_are_known_unless_it_has_a_star(string pattern, string? keys) => Assert.Equal(
        keys, new ObjectPattern(pattern).KeysOf(new DateOnly(2026, 2, 28), new DateOnly(2026, 3, 1)) is { } known
            ? string.Join(' ', known) : null);

    [Theory]
    [InlineData("orders_data/orders.csv", "orders_data/orders.csv")]
    [InlineData("a b/é+(1).csv", "a b/é+(1).csv")]
    [InlineData("a.b|c[d]^$\\e{2}#?", "a.b|c[d]^$\\e{2}#?")]
    [InlineData("in/*.csv", "in/orders.csv")]
    [InlineData("in/*.csv", "in/.csv")]
    [InlineData("in/*.csv", "in/a.b.csv")]
    [InlineData("in/*.csv", "in/new\nline.csv")]
    [InlineData("in/*/orders*.csv", "in/2022/orders-1.csv")]
    [InlineData("*", "orders.csv")]
    [InlineData("**", "orders.csv")]
    [InlineData("orders-*.csv", "orders-*.csv")]
    public void These_keys_are_taken(string pattern, string key) => Assert.True(new ObjectPattern(pattern).Matches(key, out _));

    [Theory]
    [InlineData("orders_data/orders.csv", "orders_data/Orders.csv")]
    [InlineData("orders_data/orders.csv", "orders_data/orders.csv.gz")]
    [InlineData("orders_data/orders.csv", "old/orders_data/orders.csv")]
    [InlineData("orders_data/orders.csv", "orders_data/ordersxcsv")]
    [InlineData("orders_data/orders.csv", "orders_data/orders.csv ")]
    [InlineData("orders_data/orders.csv", "orders_data/orders.csv\n")]
    [InlineData("orders_data/orders.csv", "")]
    [InlineData("orders|reviews", "orders")]
    [InlineData("a+.csv", "aa.csv")]
    [InlineData("[ab].csv", "a.csv")]
    [InlineData("a?.csv", "ab.csv")]
    [InlineData("in/*.csv", "in/2022/orders.csv")]
    [InlineData("in/*.csv", "in/orders.csv/")]
    [InlineData("in/*.csv", "in/orders.CSV")]
    [InlineData("in/*", "in")]
    [InlineData("*", "a/b")]
    [InlineData("**", "a/b")]
    [InlineData("{Date}.csv", "2022-09-05.csv")]
    public void These_keys_are_not_taken(string pattern, string key) => Assert.False(new ObjectPattern(pattern).Matches(key, out _));

    [Theory]
    [InlineData("in/orders-{date}.csv", "in/orders-2022-09-05.csv", "2022-09-05")]
    [InlineData("{date}", "0001-01-01", "0001-01-01")]
    [InlineData("{date}", "9999-12-31", "9999-12-31")]
    [InlineData("{date}/orders.csv", "2024-02-29/orders.csv", "2024-02-29")]
    [InlineData("*/{date}/*.csv", "x/2022-09-05/a.csv", "2022-09-05")]
    [InlineData("o{date}*", "o2022-09-051", "2022-09-05")]
    [InlineData("orders*{date}.csv", "orders-2021-01-01-2022-09-05.csv", "2022-09-05")]
    [InlineData("{date:yyyyMMdd}.csv", "20220905.csv", "2022-09-05")]
    [InlineData("in/{date:yyyy/MM/dd}/orders.csv", "in/2022/09/05/orders.csv", "2022-09-05")]
    [InlineData("{date:dd-MM-yyyy}_*", "29-02-2024_1", "2024-02-29")]
    [InlineData("{date:yyMMdd}.csv", "000229.csv", "2000-02-29")]
    [InlineData("{date:yyMMdd}.csv", "991231.csv", "2099-12-31")]
    [InlineData("{date:yyyyMMdd}_{date:dd.MM.yy}", "20220905_06.09.22", "2022-09-06")]
    [InlineData("*{date:yyyyMMdd}*", "1202209051", "2022-09-05")]
    public void A_date_is_read_from_the_key(string pattern, string key, string expected)
    {
        Assert.True(new ObjectPattern(pattern).Matches(key, out var date));
        Assert.Equal(DateOnly.ParseExact(expected, "yyyy-MM-dd", CultureInfo.InvariantCulture), date);
    }

    [Theory]
    [InlineData("{date}.csv", "2022-02-30.csv")]
    [InlineData("{date}.csv", "2023-02-29.csv")]
    [InlineData("{date}.csv", "2022-13-01.csv")]
    [InlineData("{date}.csv", "0000-01-01.csv")]
    [InlineData("{date}.csv", "2022-9-5.csv")]
    [InlineData("{date}.csv", "20220905.csv")]
    [InlineData("{date}.csv", "12022-09-05.csv")]
    [InlineData("{date}.csv", "2022-09-055.csv")]
    [InlineData("{date}.csv", "\u0662022-09-05.csv")]
    [InlineData("{date}.csv", "{date}.csv")]
    [InlineData("{date}.csv", ".csv")]
    [InlineData("{date}", "2022-09-05\n")]
    [InlineData("{date:yyyyMMdd}.csv", "2022-09-05.csv")]
    [InlineData("{date:yyyyMMdd}.csv", "20220230.csv")]
    [InlineData("{date:yyyyMMdd}.csv", "00000101.csv")]
    [InlineData("{date:ddMMyyyy}.csv", "29022023.csv")]
    [InlineData("{date:yyMMdd}.csv", "230229.csv")]
    [InlineData("{date:dd-MM-yyyy}.csv", "05-09.2022.csv")]
    [InlineData("{date:yyyyMMdd}.csv", "2022090\u0665.csv")]
    [InlineData("{date:d.M.yyyy}.csv", "5.9.2022.csv")]
    [InlineData("{date:yyyyMMdd", "20220905")]
    public void A_key_without_a_real_date_where_one_belongs_is_not_taken(string pattern, string key)
    {
        Assert.False(new ObjectPattern(pattern).Matches(key, out var date));
        Assert.Null(date);
    }

    [Fact]
    public void A_pattern_without_a_date_names_none()
    {
        Assert.True(new ObjectPattern("in/*.csv").Matches("in/2022-09-05.csv", out var date));
        Assert.Null(date);
    }

    [Theory]
    [InlineData("orders_data/orders.csv", "orders_data/orders.csv")]
    [InlineData("in/*.csv", "in/")]
    [InlineData("in/{date}/a*.csv", "in/")]
    [InlineData("in/a*/{date}", "in/a")]
    [InlineData("*", "")]
    [InlineData("{date}", "")]
    [InlineData("in/a{date:yyyyMMdd}b", "in/a")]
    [InlineData("in/{month}/*", "in/{month}/")]
    public void A_listing_may_ask_for_what_stands_before_the_first_wildcard(string pattern, string prefix) =>
        Assert.Equal(prefix, new ObjectPattern(pattern).Prefix);

    [Fact]
    public void A_key_without_wildcards_takes_itself_and_nothing_else() =>
        Gen.Select(Gen.String[0, 12], Gen.String[0, 12]).Where((pattern, _) => IsExact(pattern)).Sample((pattern, key) =>
        {
            var exact = new ObjectPattern(pattern);
            Assert.True(exact.Matches(pattern, out _));
            Assert.Equal(pattern == key, exact.Matches(key, out _));
            Assert.Equal(pattern, exact.Prefix);
        });

    [Fact]
    public void Every_date_that_a_key_names_is_read_back() =>
        Gen.Select(Gen.DateOnly, Part, Part, DateForms.Any).Sample((date, front, end, form) =>
        {
            date = form.Contains("yyyy", StringComparison.Ordinal) ? date : new DateOnly(2000 + (date.Year % 100), date.Month, 1);
            // Quoted, a slash is one for .NET as well.
            var written = date.ToString(form.Replace("/", "'/'", StringComparison.Ordinal), CultureInfo.InvariantCulture);
            var pattern = new ObjectPattern($"{front}{{date:{form}}}{end}");
            Assert.True(pattern.Matches(front + written + end, out var named));
            Assert.Equal(date, named);
            Assert.Equal(front + written + end, pattern.On(date));
            Assert.False(new ObjectPattern($"{{date:{form}}}").Matches(written + "0", out _));
        });

    [Fact]
    public void What_is_no_day_of_the_calendar_is_taken_by_no_form_as_by_a_slow_reader() =>
        Gen.Select(DateForms.Any, Gen.Char["0123459"].Array[8]).Sample((form, digits) =>
        {
            var rest = new Queue<char>(digits);
            var key = string.Concat(form.Select(letter => char.IsLetter(letter) ? rest.Dequeue() : letter));
            var parts = DateForms.Slowly(form, key);
            Assert.Equal(parts is not null, new ObjectPattern($"{{date:{form}}}").Matches(key, out var date));
            Assert.Equal(parts, date);
        }, iter: 20_000);

    [Theory]
    [InlineData("yyyyMMdd", null)]
    [InlineData("dd-MM-yyyy", null)]
    [InlineData("yyMMdd", null)]
    [InlineData("yyyy/MM/dd", null)]
    [InlineData("", "a day is needed (dd)")]
    [InlineData("yyyy_MM", "a day is needed (dd)")]
    [InlineData("yyyy-dd", "a month is needed (MM)")]
    [InlineData("MM.dd", "a year is needed (yyyy or yy)")]
    [InlineData("d.M.yyyy", "d has a variable length; write dd")]
    [InlineData("dd.M.yyyy", "M has a variable length; write MM")]
    [InlineData("ddMMy", "y has a variable length; write yyyy or yy")]
    [InlineData("dd MMM yyyy", "MMM is no number of fixed length; write yyyy or yy, MM and dd")]
    [InlineData("yyyyMMddyy", "year, month and day stand in it once each")]
    [InlineData("YYYYMMDD", "'Y' cannot stand in a date; write yyyy or yy, MM and dd, with - . _ / or a space between")]
    [InlineData("yyyyMMddHH", "'H' cannot stand in a date; write yyyy or yy, MM and dd, with - . _ / or a space between")]
    [InlineData("yyyyMM*dd", "'*' cannot stand in a date; write yyyy or yy, MM and dd, with - . _ / or a space between")]
    public void A_form_has_a_year_a_month_and_a_day_of_fixed_length(string form, string? fault)
    {
        Assert.Equal(fault, DateForm.FaultOf(form));
        Assert.Equal(fault is null, new ObjectPattern($"{{date:{form}}}").NamesDate);
    }

    [Fact]
    public void A_slow_matcher_of_stars_agrees() =>
        Gen.Select(Gen.Char["ab*/."].Array[0, 8], Gen.Char["ab/.\n"].Array[0, 10]).Sample((pattern, key) =>
            Assert.Equal(SlowMatch(pattern, key), new ObjectPattern(new string(pattern)).Matches(new string(key), out _)), iter: 20_000);

    [Theory(Timeout = 60_000)]
    [InlineData("in/*_*.csv", 1)]
    [InlineData("in/*_*_*_*.csv", 1)]
    [InlineData("in/*_*_{date}_*_*.csv", 1)]
    [InlineData("*_", 500)]
    [InlineData("_*{date}*", 100)]
    [InlineData("_*{date:yyyy_MM_dd}*", 100)]
    [InlineData("{date:yy______________________________________MMdd}*", 20)]
    public async Task No_key_makes_a_pattern_slow(string pattern, int times)
    {
        // Whoever goes back over what was tried needs more than years for some of these.
        var slow = new ObjectPattern(string.Concat(Enumerable.Repeat(pattern, times)));
        var dates = string.Concat(Enumerable.Repeat("_2026-03-01", 93));
        foreach (var key in new[] { new string('_', 1021), "in/" + new string('_', 1021), dates })
        {
            await Task.Run(() => slow.Matches(key, out _), TestContext.Current.CancellationToken);
        }

        Assert.False(slow.Matches("in/" + new string('_', 1020) + "x", out _));
    }

    [Theory]
    [InlineData("*{date}*.csv", "2026-02-30_2026-02-03.csv", "2026-02-03")]
    [InlineData("*{date}*.csv", "2026-02-03_2026-02-30.csv", "2026-02-03")]
    public void A_date_that_is_none_may_stand_where_a_star_stands(string pattern, string key, string expected)
    {
        Assert.True(new ObjectPattern(pattern).Matches(key, out var date));
        Assert.Equal(DateOnly.ParseExact(expected, "yyyy-MM-dd", CultureInfo.InvariantCulture), date);
    }

    private static Gen<string> Part => Gen.String[Gen.Char["ab/.-+(_ é"], 0, 6];

    private static bool IsExact(string pattern) => !pattern.Contains('*') && !pattern.Contains("{date}", StringComparison.Ordinal);

    private static bool SlowMatch(ReadOnlySpan<char> pattern, ReadOnlySpan<char> key)
    {
        if (pattern.IsEmpty)
            return key.IsEmpty;

        if (pattern[0] != '*')
            return !key.IsEmpty && key[0] == pattern[0] && SlowMatch(pattern[1..], key[1..]);

        return SlowMatch(pattern[1..], key) || (!key.IsEmpty && key[0] != '/' && SlowMatch(pattern, key[1..]));
    }
}
