using EtlWorker.Domain.Pipelines;
using EtlWorker.Plan;
using Xunit;

namespace EtlWorker.Tests.Plan;

/// <summary>Which feed takes a file of a folder.</summary>
public sealed class TargetFinderTests
{
    private static readonly PipelineDefinition Pipeline = new()
    {
        Name = "p",
        TimeZone = "UTC",
        Trigger = new TriggerDefinition { When = TriggerKind.Marker, Object = "in/.SUCCESS" },
        Feeds =
        [
            Feed("orders", "in/orders.csv"), Feed("stock", "in/{date}/stock-*.csv"), Feed("bookings", "in/bookings-{date}.csv"),
            Feed("north", "north/items.csv"), Feed("south", "south/items.csv"), Feed("anything", "any/*"),
        ],
    };

    [Theory]
    [InlineData("in/orders.csv", "orders", null)]
    [InlineData("orders.csv", "orders", null)]
    [InlineData("deep/down/orders.csv", "orders", null)]
    [InlineData("in/2026-11-23/stock-a.csv", "stock", "2026-11-23")]
    [InlineData("stock-a.csv", "stock", null)]
    [InlineData("bookings-2026-11-23.csv", "bookings", "2026-11-23")]
    [InlineData("south/items.csv", "south", null)]
    [InlineData("any/readme.txt", "anything", null)]
    [InlineData(".SUCCESS", "(marker)", null)]
    public void By_its_path_or_where_no_path_fits_by_its_name(string path, string feed, string? date)
    {
        Assert.Equal(feed, new TargetFinder(Pipeline).Find(path, out var named, out _)?.Name);
        Assert.Equal(date, named?.ToString("yyyy-MM-dd", System.Globalization.CultureInfo.InvariantCulture));
    }

    [Theory]
    [InlineData("items.csv", "its name fits north and south: give it the path that the feed's object has")]
    [InlineData("readme.txt", "no feed takes it")]
    [InlineData("Orders.csv", "no feed takes it")]
    public void What_none_takes_or_several_is_told(string path, string expected)
    {
        Assert.Null(new TargetFinder(Pipeline).Find(path, out _, out var reason));
        Assert.Equal(expected, reason);
    }

    private static FeedDefinition Feed(string name, string key) => new() { Name = name, Object = key, Table = $"staging.{name}" };
}
