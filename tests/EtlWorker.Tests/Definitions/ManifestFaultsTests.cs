using EtlWorker.Definitions;
using EtlWorker.Domain.Pipelines;
using Xunit;

namespace EtlWorker.Tests.Definitions;

public sealed class ManifestFaultsTests
{
    private static readonly ManifestDefinition Good = new() { Object = "{object}.json", Rows = "rows" };

    [Theory]
    [InlineData("{object}.json")]
    [InlineData("{stem}.json")]
    [InlineData("in/manifest_{date:yyyyMMdd}.json")]
    public void A_manifest_beside_its_file_is_good(string key) => Assert.Empty(In(Good with { Object = key }));

    [Theory]
    [InlineData("{key}.json", "the manifest's object '{key}.json' holds {key}; the placeholders there are: {object}, {stem}, {date}")]
    [InlineData("in/*.json", "the manifest's object 'in/*.json' has a *; each file has one manifest")]
    [InlineData("in/orders.csv", "feed orders takes in/orders.csv, which may be a manifest")]
    [InlineData("/x.json", "the manifest's object '/x.json' is no object key")]
    public void A_key_that_cannot_be_its_manifest_s_is_refused(string key, string fault) =>
        Assert.StartsWith($"feed orders: {fault}", Assert.Single(In(Good with { Object = key })), StringComparison.Ordinal);

    [Fact]
    public void A_pattern_that_takes_its_own_manifests_is_refused() =>
        Assert.StartsWith(
            "feed orders: feed orders takes in/", Assert.Single(In(Good, "in/*")), StringComparison.Ordinal);

    [Fact]
    public void A_format_says_by_itself_or_needs_names()
    {
        Assert.StartsWith("feed orders: manifest needs rows, sha256 or both", Assert.Single(In(Good with { Rows = null })),
            StringComparison.Ordinal);
        Assert.StartsWith(
            "feed orders: rows, sha256 and file are for a manifest of format json or csv",
            Assert.Single(In(Good with { Format = ManifestFormat.Count })), StringComparison.Ordinal);
        Assert.Empty(In(Good with { Rows = null, Format = ManifestFormat.Sha256sum }));
    }

    [Fact]
    public void One_manifest_of_several_files_names_them()
    {
        var shared = Good with { Object = "in/manifest_{date}.json" };
        Assert.StartsWith(
            "feed orders: one manifest 'in/manifest_{date}.json' is for several files", Assert.Single(In(shared, "in/orders_*.csv")),
            StringComparison.Ordinal);
        Assert.Empty(In(shared with { File = "name" }, "in/orders_*.csv"));
    }

    [Fact]
    public void A_trailer_is_one_of_the_last_lines()
    {
        Assert.Equal(
            ["feed orders: trailer 'T' must have {rows} once, where the number of rows stands",
                "feed orders: a trailer is one of the last lines, which are no rows; say how many: \"skipLastLines\": 1"],
            In(null, trailer: "T"));
        Assert.Empty(In(null, trailer: "T;{rows}", last: 1));
    }

    private static IEnumerable<string> In(
        ManifestDefinition? manifest, string key = "in/orders.csv", string? trailer = null, int last = 0)
    {
        var feed = new FeedDefinition
        {
            Name = "orders",
            Object = key,
            Table = "staging.orders",
            Mode = LoadMode.Append,
            Manifest = manifest,
            Trailer = trailer,
            SkipLastLines = last,
        };
        return DefinitionFaults.In(new PipelineDefinition { Name = "small", TimeZone = "UTC", Feeds = [feed] })
            .Select(fault => fault.Message);
    }
}
