using System.Globalization;
using System.Security.Cryptography;
using EtlWorker.SampleData;
using Xunit;

namespace EtlWorker.Tests.SampleData;

public sealed class SampleFeedTests
{
    private static readonly SampleOptions Options = SampleFiles.Options;

    [Theory]
    [InlineData("orders.csv")]
    [InlineData("reviews.csv")]
    [InlineData("shipment_deliveries.csv")]
    [InlineData("dim_dates.csv")]
    [InlineData("dim_products.csv")]
    public void The_same_seed_gives_the_same_bytes(string file) =>
        Assert.Equal(SampleFiles.Bytes(file, Options), SampleFiles.Bytes(file, Options with { }));

    [Theory]
    [InlineData("orders.csv")]
    [InlineData("reviews.csv")]
    [InlineData("shipment_deliveries.csv")]
    public void Another_seed_gives_other_bytes(string file) =>
        Assert.NotEqual(SampleFiles.Bytes(file, Options), SampleFiles.Bytes(file, Options with { Seed = 2 }));

    // Recorded once. Another hash means that everyone's samples have changed: another platform or .NET version must not do that.
    [Theory]
    [InlineData("orders.csv", "116bb9da1a04c2ff1d1c90ae179ef8f4866746d80eeb4b2c427ebb67ce5ad406")]
    [InlineData("reviews.csv", "89a8eea59c2bca214836c3c6ee44ae7a389cd38ad4370910414a0a104d5c3abc")]
    [InlineData("shipment_deliveries.csv", "aae188394185ad0d4d758de1b4fb5a2ab4177ea6e2b7460fe3f44470ba70de84")]
    [InlineData("dim_dates.csv", "05a35aa33952c7065552a376752b1662e74ac73bcf77b3485f43b89e41aafaa2")]
    [InlineData("dim_products.csv", "9d26d3162bd51b42788f308c05a8a38476a4dcd5d4f6f6329e824c5cfdd70789")]
    public void The_bytes_are_the_recorded_ones(string file, string sha256) =>
        Assert.Equal(sha256, Convert.ToHexStringLower(SHA256.HashData(SampleFiles.Bytes(file, Options with { BadRows = 4 }))));

    [Theory]
    [InlineData("orders.csv")]
    [InlineData("reviews.csv")]
    [InlineData("shipment_deliveries.csv")]
    public void A_longer_file_begins_with_the_shorter_one(string file)
    {
        var shorter = SampleFiles.Bytes(file, Options with { Orders = 100 });
        var longer = SampleFiles.Bytes(file, Options with { Orders = 1_000 });

        Assert.Equal(shorter, longer[..shorter.Length]);
    }

    [Theory]
    [InlineData("orders.csv")]
    [InlineData("reviews.csv")]
    [InlineData("shipment_deliveries.csv")]
    [InlineData("dim_dates.csv")]
    [InlineData("dim_products.csv")]
    public void Headers_are_those_of_the_reference_feed(string file) =>
        Assert.Equal(ReferenceFeed.ReadLines(file)[0], SampleFiles.Lines(file, Options)[0]);

    [Fact]
    public void Line_ends_are_LF_and_only_orders_lack_the_last_one()
    {
        foreach (var file in new[] { "orders.csv", "reviews.csv", "shipment_deliveries.csv", "dim_dates.csv", "dim_products.csv" })
        {
            var bytes = SampleFiles.Bytes(file, Options);
            Assert.DoesNotContain((byte)'\r', bytes);
            Assert.Equal(file != "orders.csv", bytes[^1] == (byte)'\n');
        }
    }

    [Fact]
    public void Orders_count_from_1_and_total_price_is_unit_price_times_quantity()
    {
        var rows = SampleFiles.Rows("orders.csv", Options);

        Assert.Equal(10_000, rows.Length);
        Assert.All(rows, (row, index) =>
        {
            Assert.Equal(7, row.Length);
            Assert.Equal(index + 1, Number(row[0]));
            Assert.InRange(Number(row[1]), 1, 25);
            Assert.InRange(Number(row[3]), 1, 25);
            Assert.InRange(Number(row[4]), 50, 1000);
            Assert.InRange(Number(row[5]), 1, 10);
            Assert.Equal(Number(row[4]) * Number(row[5]), Number(row[6]));
        });
    }

    [Fact]
    public void Order_dates_fill_the_twenty_months_up_to_and_with_the_as_of_date()
    {
        var dates = SampleFiles.Rows("orders.csv", Options).Select(row => Date(row[2])).ToArray();

        Assert.Equal(new DateOnly(2022, 6, 29), dates.Min());
        Assert.Equal(Options.AsOf, dates.Max());
        Assert.Equal(611, dates.Distinct().Count());
    }

    [Fact]
    public void Reviews_are_fewer_than_orders_and_repeat()
    {
        var rows = SampleFiles.Rows("reviews.csv", Options);

        Assert.Equal(7_200, rows.Length);
        Assert.Equal(Enumerable.Range(1, 5), rows.Select(row => Number(row[0])).Distinct().Order());
        Assert.Equal(Enumerable.Range(1, 25), rows.Select(row => Number(row[1])).Distinct().Order());
    }

    [Fact]
    public void Every_order_has_one_shipment_with_dates_in_order_and_none_after_the_as_of_date()
    {
        var orders = SampleFiles.Rows("orders.csv", Options);
        var shipments = SampleFiles.Rows("shipment_deliveries.csv", Options);

        Assert.Equal(orders.Length, shipments.Length);
        Assert.All(shipments.Zip(orders), pair =>
        {
            var (shipment, order) = pair;
            Assert.Equal([order[0], order[0]], shipment[..2]);
            if (shipment[2].Length == 0)
            {
                Assert.Empty(shipment[3]);
                return;
            }

            Assert.InRange(Date(shipment[2]).DayNumber - Date(order[2]).DayNumber, 1, 14);
            Assert.True(Date(shipment[2]) <= Options.AsOf);
            if (shipment[3].Length > 0)
                Assert.InRange(Date(shipment[3]), Date(shipment[2]).AddDays(1), Options.AsOf);
        });
    }

    [Fact]
    public void Shipments_are_blank_undelivered_and_late_about_as_often_as_in_the_real_feed()
    {
        var orders = SampleFiles.Rows("orders.csv", Options);
        var shipments = SampleFiles.Rows("shipment_deliveries.csv", Options);
        var late = shipments.Zip(orders).Count(pair =>
            pair.First is [_, _, { Length: > 0 } shipped, ""] && Date(shipped) >= Date(pair.Second[2]).AddDays(6));

        Assert.InRange(shipments.Count(row => row[2].Length == 0), 6_650, 6_950);
        Assert.InRange(shipments.Count(row => row[3].Length == 0), 7_650, 7_950);
        Assert.InRange(late, 100, 300);
    }

    [Fact]
    public void The_calendar_equals_the_reference_where_both_have_days()
    {
        var reference = ReferenceFeed.ReadLines("dim_dates.csv");

        Assert.Equal(reference, SampleFiles.Lines("dim_dates.csv", Options)[..reference.Length]);
    }

    [Theory]
    [InlineData(0, "2015-01-01,2015,1,1,4,false")]
    [InlineData(1, "2015-01-02,2015,1,2,5,true")]
    [InlineData(3, "2015-01-04,2015,1,4,7,false")]
    [InlineData(3346, "2024-02-29,2024,2,29,4,true")]
    [InlineData(7669, "2035-12-31,2035,12,31,1,true")]
    public void The_calendar_runs_from_2015_to_2035(int row, string line)
    {
        var lines = SampleFiles.Lines("dim_dates.csv", Options);

        Assert.Equal(7670, lines.Length - 1);
        Assert.Equal(line, lines[row + 1]);
    }

    [Fact]
    public void Twenty_five_products_have_a_category_and_a_name_of_their_own()
    {
        var rows = SampleFiles.Rows("dim_products.csv", Options);

        Assert.Equal(Enumerable.Range(1, 25), rows.Select(row => Number(row[0])));
        Assert.All(rows, row => Assert.NotEmpty(row[1]));
        Assert.Equal(25, rows.Select(row => row[2]).Where(name => name.Length > 0).Distinct().Count());
    }

    [Fact]
    public void Without_orders_only_the_header_is_written()
    {
        var none = Options with { Orders = 0 };

        Assert.Single(SampleFiles.Lines("orders.csv", none));
        Assert.Empty(SampleFiles.Rows("reviews.csv", none));
        Assert.Empty(SampleFiles.Rows("shipment_deliveries.csv", none));
    }

    [Theory]
    [InlineData(-1, 0, "2024-02-29", "Orders")]
    [InlineData(10, -1, "2024-02-29", "BadRows")]
    [InlineData(10, 11, "2024-02-29", "BadRows")]
    [InlineData(10, 0, "0002-08-31", "AsOf")]
    public void Options_out_of_range_are_refused(int orders, int badRows, string asOf, string name)
    {
        var options = new SampleOptions { Orders = orders, BadRows = badRows, AsOf = Date(asOf) };

        Assert.Throws<ArgumentOutOfRangeException>(name, () => SampleFeed.WriteReviews(Stream.Null, options));
    }

    [Fact]
    public void Memory_stays_flat_however_many_orders_there_are()
    {
        SampleFeed.WriteOrders(Stream.Null, Options);
        var before = GC.GetAllocatedBytesForCurrentThread();

        SampleFeed.WriteOrders(Stream.Null, Options with { Orders = 200_000 });

        Assert.InRange(GC.GetAllocatedBytesForCurrentThread() - before, 0, 256 * 1024);
    }

    private static int Number(string text) => int.Parse(text, NumberStyles.None, CultureInfo.InvariantCulture);

    private static DateOnly Date(string text) => DateOnly.ParseExact(text, "yyyy-MM-dd", CultureInfo.InvariantCulture);
}
