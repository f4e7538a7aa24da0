using System.Globalization;
using Xunit;

namespace EtlWorker.Tests.SampleData;

public sealed class BadRowsTests
{
    [Theory]
    [InlineData(0)]
    [InlineData(1)]
    [InlineData(7)]
    [InlineData(999)]
    [InlineData(1_000)]
    public void As_many_orders_as_asked_for_differ_from_the_good_ones_in_one_field_a_loader_must_refuse(int badRows)
    {
        var options = SampleFiles.Options with { Orders = 1_000 };
        var good = SampleFiles.Rows("orders.csv", options);
        var rows = SampleFiles.Rows("orders.csv", options with { BadRows = badRows });

        var changed = good.Zip(rows).Where(pair => !pair.First.SequenceEqual(pair.Second)).ToArray();

        Assert.Equal(good.Length, rows.Length);
        Assert.Equal(badRows, changed.Length);
        Assert.All(changed, pair =>
        {
            var column = Assert.Single(Enumerable.Range(0, 7), index => pair.First[index] != pair.Second[index]);
            Assert.False(IsGood(column, pair.Second[column]), pair.Second[column]);
        });
    }

    [Fact]
    public void Bad_rows_are_spread_over_the_file_and_take_turns_in_what_is_wrong()
    {
        var rows = SampleFiles.Rows("orders.csv", SampleFiles.Options with { Orders = 1_000, BadRows = 5 });

        Assert.Equal("2022-02-30", rows[100][2]);
        Assert.Equal("12x", rows[300][5]);
        Assert.Equal("", rows[500][1]);
        Assert.Equal("2147483648", rows[700][6]);
        Assert.Equal("2022-02-30", rows[900][2]);
    }

    [Theory]
    [InlineData("reviews.csv")]
    [InlineData("shipment_deliveries.csv")]
    public void Only_orders_go_bad(string file) =>
        Assert.Equal(
            SampleFiles.Bytes(file, SampleFiles.Options),
            SampleFiles.Bytes(file, SampleFiles.Options with { BadRows = 100 }));

    private static bool IsGood(int column, string text) => column == 2
        ? DateOnly.TryParseExact(text, "yyyy-MM-dd", CultureInfo.InvariantCulture, DateTimeStyles.None, out _)
        : int.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out _);
}
