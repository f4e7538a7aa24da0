using EtlWorker.Definitions;
using EtlWorker.Domain.Pipelines;
using Xunit;

namespace EtlWorker.Tests.Definitions;

public sealed class NameFaultsTests
{
    [Theory]
    [InlineData(null, null, null)]
    [InlineData("retail_old", "purchases", null)]
    [InlineData("retail", null, "formerName 'retail': another name than the pipeline's own")]
    [InlineData(
        null, "orders", "feed orders: formerName 'orders' must be a name that no feed has now")]
    [InlineData(
        null, "reviews",
        "feed orders: formerName 'reviews' must be a name that no feed has now")]
    public void A_former_name_is_one_that_nothing_has_now(string? pipeline, string? feed, string? fault) =>
        Assert.Equal(fault is null ? [] : [fault], NameFaults.InFormer(Pipeline(pipeline, feed, null)).Select(found => found.Message));

    [Fact]
    public void Two_feeds_cannot_have_been_one() =>
        Assert.Equal("the formerName 'all' is that of two feeds", Assert.Single(NameFaults.InFormer(Pipeline(null, "all", "all"))).Message);

    private static PipelineDefinition Pipeline(string? former, string? orders, string? reviews) => new()
    {
        Name = "retail",
        FormerName = former,
        TimeZone = "UTC",
        Feeds =
        [
            new FeedDefinition { Name = "orders", FormerName = orders, Object = "in/orders.csv", Table = "staging.orders" },
            new FeedDefinition { Name = "reviews", FormerName = reviews, Object = "in/reviews.csv", Table = "staging.reviews" },
        ],
    };
}
