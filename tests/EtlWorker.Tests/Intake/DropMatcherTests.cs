using System.Text.Json.Nodes;
using EtlWorker.Definitions;
using EtlWorker.Domain.Drops;
using EtlWorker.Intake;
using EtlWorker.Tests.Definitions;
using EtlWorker.Tests.Memory;
using Xunit;

namespace EtlWorker.Tests.Intake;

public sealed class DropMatcherTests : IDisposable
{
    private readonly DefinitionDirectory _directory = new();
    private readonly DropMatcher _sorter;

    public DropMatcherTests()
    {
        var definition = DefinitionDirectory.Smallest();
        definition["feeds"] = new JsonArray(
            DefinitionDirectory.Feed("orders"), DefinitionDirectory.Feed("reviews").With("object", "in/reviews_{date}_*.csv"));
        _sorter = new DropMatcher(new Pipeline(_directory.Read(definition)), new MemorySource { Location = "landing" });
    }

    public void Dispose() => _directory.Dispose();

    [Theory]
    [InlineData("in/orders.csv", "orders")]
    [InlineData("in/reviews_2026-03-01_a.csv", "reviews")]
    public void A_drop_goes_to_the_feed_that_takes_its_key(string key, string feed)
    {
        var matched = _sorter.Match(Told(key));

        Assert.Equal(feed, matched.Feed);
        Assert.Null(matched.IgnoredBecause);
        Assert.Equal(DropDisposition.Pending, matched.Disposition);
    }

    [Theory]
    [InlineData("in/Orders.csv")]
    [InlineData("in/orders.csv.bak")]
    [InlineData("x/in/orders.csv")]
    [InlineData("in/orders.csv\n")]
    [InlineData("in/reviews_2026-02-30_a.csv")]
    [InlineData("in/reviews_2026-03-01_a/b.csv")]
    [InlineData("analytics_export/small/agg.csv")]
    public void A_key_that_no_feed_takes_is_ignored_and_says_so(string key) =>
        AssertIgnored("no feed of the pipeline takes this key", Told(key));

    [Fact]
    public void Another_bucket_is_ignored_and_says_so() =>
        AssertIgnored("the bucket is not landing", Told("in/orders.csv") with { Bucket = "Landing" });

    [Fact]
    public void What_a_source_finds_is_matched_wherever_the_source_is()
    {
        var source = new MemorySource { Location = "memory://elsewhere" };

        var matched = new DropMatcher(new Pipeline(_directory.Read(DefinitionDirectory.Smallest())), source)
            .Match(Told("in/orders.csv") with { Bucket = source.Location });

        Assert.Equal("orders", matched.Feed);
    }

    [Fact]
    public void A_folder_key_is_ignored_and_says_so() => AssertIgnored("a folder, no file", Told("in/"));

    private static DropEvent Told(string key) =>
        new() { Bucket = "landing", Key = key, EventTime = DateTimeOffset.UnixEpoch, Source = DropSource.S3 };

    private void AssertIgnored(string reason, DropEvent told)
    {
        var matched = _sorter.Match(told);
        Assert.Null(matched.Feed);
        Assert.Equal(reason, matched.IgnoredBecause);
        Assert.Equal(DropDisposition.Ignored, matched.Disposition);
    }
}
