using EtlWorker.Domain.Pipelines;
using Xunit;

namespace EtlWorker.Domain.Tests.Pipelines;

public sealed class FeedDefinitionTests
{
    [Fact]
    public void A_feed_takes_the_keys_of_its_object_and_tells_their_date()
    {
        var feed = FeedOf("in/orders-{date}.csv");

        Assert.Equal("in/orders-{date}.csv", feed.Object);
        Assert.True(feed.Takes("in/orders-2022-09-05.csv", out var date));
        Assert.Equal(new DateOnly(2022, 9, 5), date);
        Assert.False(feed.Takes("in/orders-2022-09-31.csv", out date));
        Assert.Null(date);
    }

    [Fact]
    public void A_changed_copy_takes_the_keys_of_its_own_object()
    {
        var copy = FeedOf("in/orders.csv") with { Object = "in/reviews.csv" };

        Assert.True(copy.Takes("in/reviews.csv", out _));
        Assert.False(copy.Takes("in/orders.csv", out _));
    }

    [Fact]
    public void A_feed_without_an_object_takes_no_key() => Assert.False(FeedOf("").Takes("in/orders.csv", out _));

    private static FeedDefinition FeedOf(string key) => new() { Name = "orders", Object = key, Table = "staging.orders" };

    [Theory]
    [InlineData(Compression.Auto, "in/orders.csv.gz", true)]
    [InlineData(Compression.Auto, "in/ORDERS.CSV.GZ", true)]
    [InlineData(Compression.Auto, "in/orders.gz/orders.csv", false)]
    [InlineData(Compression.Auto, "in/orders.csv", false)]
    [InlineData(Compression.None, "in/orders.csv.gz", false)]
    [InlineData(Compression.Gzip, "in/orders.csv", true)]
    public void A_file_is_unpacked_by_its_key_unless_the_feed_says_so(Compression compression, string key, bool packed) =>
        Assert.Equal(
            packed,
            new FeedDefinition { Name = "orders", Object = "in/*", Table = "staging.orders", Compression = compression }.IsPacked(key));
}
