using EtlWorker.Domain.Pipelines;
using Xunit;

namespace EtlWorker.Domain.Tests.Pipelines;

public sealed class ManifestDefinitionTests
{
    private static readonly DateOnly Date = new(2026, 11, 27);

    [Theory]
    [InlineData("{object}.sha256", "in/orders.csv", "in/orders.csv.sha256")]
    [InlineData("{stem}.manifest.json", "in/orders.csv", "in/orders.manifest.json")]
    [InlineData("{stem}.json", "in.d/orders", "in.d/orders.json")]
    [InlineData("in/manifest_{date}.json", "in/orders.csv", "in/manifest_2026-11-27.json")]
    [InlineData("in/{date:yyyyMMdd}.csv", "in/orders.csv", "in/20261127.csv")]
    [InlineData("{object}.json", "in/{stem}{date}.csv", "in/{stem}{date}.csv.json")]
    public void The_key_of_a_manifest_follows_from_the_file_and_its_date(string form, string key, string manifest) =>
        Assert.Equal(manifest, new ManifestDefinition { Object = form }.KeyOf(key, Date));

    [Fact]
    public void The_keys_of_all_manifests_are_those_of_the_feed_s_files()
    {
        var feed = new FeedDefinition { Name = "f", Object = "in/orders_*.csv", Table = "s.t" };

        Assert.Equal("in/orders_*.json", new ManifestDefinition { Object = "{stem}.json" }.PatternOf(feed).Text);
        Assert.True(new ManifestDefinition { Object = "{stem}.json" }.IsOfFile());
        Assert.False(new ManifestDefinition { Object = "in/{date}.json" }.IsOfFile());
    }
}
