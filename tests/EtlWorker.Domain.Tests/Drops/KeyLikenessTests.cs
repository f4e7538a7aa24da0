using EtlWorker.Domain.Drops;
using Xunit;

namespace EtlWorker.Domain.Tests.Drops;

public sealed class KeyLikenessTests
{
    private const string TheDate = "its date (a day of the calendar as yyyy-MM-dd)";

    [Theory]
    [InlineData("in/orders.csv", "in/Orders.CSV", "letter case")]
    [InlineData("in/\u00c4rzte*.csv", "in/\u00e4rzte1.csv", "letter case")]
    [InlineData("in/r\u00e9sum\u00e9.csv", "in/re\u0301sume\u0301.csv", "Unicode normal form")]
    [InlineData("in/re\u0301sume\u0301_*.csv", "in/r\u00e9sum\u00e9_1.csv", "Unicode normal form")]
    [InlineData("in/\u1ebft.csv", "in/e\u0302\u0301t.csv", "Unicode normal form")]
    [InlineData("in/\ud55c.csv", "in/\u1112\u1161\u11ab.csv", "Unicode normal form")]
    [InlineData("in/\u304c.csv", "in/\u304b\u3099.csv", "Unicode normal form")]
    [InlineData("in/orders.csv", "/in/orders.csv", "slashes")]
    [InlineData("in/orders.csv", "in//orders.csv", "slashes")]
    [InlineData("in/orders_{date}.csv", "//in/orders_2026-03-01.csv", "slashes")]
    [InlineData("in/orders.csv", "in/orders.csv ", "spaces at an end")]
    [InlineData("in/orders.csv", " in/orders.csv", "spaces at an end")]
    [InlineData("in/orders.csv", "in/ orders.csv", "spaces at an end")]
    [InlineData("in/orders.csv", "in/orders.csv\n", "spaces at an end")]
    [InlineData("in/or ders.csv", "in/or%20ders.csv", "percent-encoding")]
    [InlineData("in/or ders.csv", "in/or+ders.csv", "percent-encoding")]
    [InlineData("in/orders.csv", "in%2Forders.csv", "percent-encoding")]
    [InlineData("in/orders.csv", "/in/Orders.csv", "letter case and slashes")]
    [InlineData("in/b\u00fccher.csv", "in/BU%CC%88CHER.csv", "percent-encoding and Unicode normal form and letter case")]
    [InlineData("in/orders_{date}.csv", "in/orders_2026-02-30.csv", TheDate)]
    [InlineData("in/orders_{date}.csv", "in/orders_20260301.csv", TheDate)]
    [InlineData("in/{date}/orders.csv", "in/2026_03_01/orders.csv", TheDate)]
    [InlineData("in/{date}/orders.csv", "in/2026/03/01/orders.csv", TheDate)]
    [InlineData("in/{date}/orders.csv", "in/2026-3-1/orders.csv", TheDate)]
    [InlineData("in/orders_{date}.csv", "in/orders_01.03.2026.csv", TheDate)]
    [InlineData("in/orders_{date}*.csv", "in/orders_01032026_2.csv", TheDate)]
    [InlineData("in/orders_{date}.csv", "in/Orders_20260301.csv", "letter case and " + TheDate)]
    [InlineData("in/orders_{date:yyyyMMdd}.csv", "in/orders_2026-03-01.csv", "its date (a day of the calendar as yyyyMMdd)")]
    [InlineData("in/orders_{date:dd.MM.yyyy}.csv", "in/orders_20260301.csv", "its date (a day of the calendar as dd.MM.yyyy)")]
    [InlineData("in/orders_{date:yyMMdd}.csv", "in/orders_261301.csv", "its date (a day of the calendar as yyMMdd)")]
    [InlineData("in/orders_{date:yy-MM-dd}.csv", "in/orders_26_03_01.csv", "its date (a day of the calendar as yy-MM-dd)")]
    [InlineData("in/{date:yyyy/MM/dd}/a.csv", "in/2026-03-01/A.csv", "letter case and its date (a day of the calendar as yyyy/MM/dd)")]
    [InlineData("in/Orders_{date:ddMMyyyy}.csv", "in/orders_01032026.csv", "letter case")]
    [InlineData("in/{date:yyyyMMdd}_{date:yy-MM-dd}", "In/2026-03-01_26-03-01",
        "letter case and its date (a day of the calendar as yyyyMMdd or yy-MM-dd)")]
    [InlineData("in/{date:yyyy--MM--dd}.csv", "In/2026--03--01.csv", "letter case")]
    public void A_key_that_differs_in_spelling_alone_was_meant(string pattern, string key, string difference) =>
        Assert.Equal(difference, KeyLikeness.Difference(pattern, key));

    [Theory]
    [InlineData("in/orders.csv", "in/orders.csv")]
    [InlineData("in/*.csv", "in/Orders.csv")]
    [InlineData("in/orders.csv", "in/order.csv")]
    [InlineData("in/orders.csv", "in/orders.csv.gz")]
    [InlineData("in/orders.csv", "out/orders.csv")]
    [InlineData("in/orders_{date}.csv", "in/orders_2026-02.csv")]
    [InlineData("in/orders_{date}.csv", "in/orders_17.csv")]
    [InlineData("in/orders_{date:yyyyMMdd}.csv", "in/orders_20260301.csv")]
    [InlineData("in/orders_2026-01-01.csv", "in/orders_2026-01-02.csv")]
    [InlineData("in/orders.csv", "in/o\u0308rders.csv")]
    public void A_key_that_is_taken_or_differs_in_more_was_not(string pattern, string key) =>
        Assert.Null(KeyLikeness.Difference(pattern, key));
}
