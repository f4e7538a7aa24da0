using EtlWorker.Domain.Batches;
using EtlWorker.Domain.Pipelines;
using Xunit;

namespace EtlWorker.Domain.Tests.Pipelines;

public sealed class PipelineDefinitionTests
{
    private static readonly DateOnly Day = new(2022, 9, 5);

    [Fact]
    public void The_analyses_look_back_from_the_run_date_unless_a_date_is_given()
    {
        Assert.Equal(Day, Pipeline().AsOfFor(Day));
        Assert.Equal(new DateOnly(2022, 1, 1), (Pipeline() with { AsOf = new DateOnly(2022, 1, 1) }).AsOfFor(Day));
    }

    [Fact]
    public void Feeds_are_found_by_name_and_the_required_ones_keep_their_order()
    {
        Assert.Equal(["orders", "reviews"], Pipeline().RequiredFeeds.Select(feed => feed.Name));
        Assert.Equal("staging.products", Assert.IsType<FeedDefinition>(Pipeline().Target("products")).Table);
    }

    [Fact]
    public void Export_keys_have_the_pipeline_and_the_run_date_filled_in()
    {
        var analysis = new AnalysisDefinition
        {
            Name = "agg",
            Sql = "agg.sql",
            Table = "analytics.agg",
            Export = ["out/{pipeline}/agg.csv", "out/{pipeline}/{run_date}/{run_date}.csv", "plain.csv"],
        };

        Assert.Equal(
            ["out/retail/agg.csv", "out/retail/2022-09-05/2022-09-05.csv", "plain.csv"],
            analysis.ExportsOf("retail", Day).Select(export => export.Key));
        Assert.Empty((analysis with { Export = [] }).ExportsOf("retail", Day));
    }

    private static PipelineDefinition Pipeline() => new()
    {
        Name = "retail",
        TimeZone = "Africa/Lagos",
        Feeds = [Feed("orders"), Feed("products") with { Required = false }, Feed("reviews")],
    };

    private static FeedDefinition Feed(string name) => new() { Name = name, Object = $"in/{name}.csv", Table = $"staging.{name}" };
}
