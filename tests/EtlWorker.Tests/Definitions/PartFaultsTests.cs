using EtlWorker.Definitions;
using EtlWorker.Domain.Batches;
using EtlWorker.Domain.Pipelines;
using Xunit;

namespace EtlWorker.Tests.Definitions;

public sealed class PartFaultsTests
{
    private const string Path = "$.feeds[0]";
    private static readonly IBatchTrigger Complete = TriggerOf(TriggerKind.Complete);

    [Theory]
    [InlineData("in/*.csv", null, null, TriggerKind.Complete, "say \"parts\": \"newest\"")]
    [InlineData("in/*.csv", null, null, TriggerKind.Change, "say \"parts\": \"newest\"")]
    [InlineData("in/orders.csv", Parts.Newest, null, TriggerKind.Complete, "parts is for an object with *")]
    [InlineData("in/{date}.csv", Parts.All, 3, TriggerKind.Complete, "parts is for an object with *")]
    [InlineData("in/*.csv", Parts.All, null, TriggerKind.Complete, "nobody knows when all parts are there")]
    [InlineData("in/{date}_*.csv", Parts.All, null, TriggerKind.Complete, "nobody knows when all parts are there")]
    [InlineData("in/*.csv", Parts.All, 3, TriggerKind.Change, "count is for the triggers complete and marker")]
    [InlineData("in/*.csv", Parts.Newest, 3, TriggerKind.Complete, "count goes with \"parts\": \"all\" only")]
    [InlineData("in/orders.csv", null, 3, TriggerKind.Complete, "count goes with \"parts\": \"all\" only")]
    public void A_snapshot_whose_files_nobody_could_put_together_is_refused(
        string key, Parts? parts, int? count, TriggerKind when, string fault) =>
        Assert.Contains(
            fault, Assert.Single(PartFaults.In(Feed(key, parts, count), TriggerOf(when), Path)).Message, StringComparison.Ordinal);

    [Theory]
    [InlineData("in/orders.csv", null, null, TriggerKind.Complete)]
    [InlineData("in/{date}.csv", null, null, TriggerKind.Complete)]
    [InlineData("in/{date}_*.csv", null, null, TriggerKind.Complete)]
    [InlineData("in/{date:yyyyMMdd}_*.csv", null, null, TriggerKind.Complete)]
    [InlineData("in/{date}_*.csv", Parts.All, 2, TriggerKind.Complete)]
    [InlineData("in/*.csv", Parts.Newest, null, TriggerKind.Complete)]
    [InlineData("in/*.csv", Parts.All, 3, TriggerKind.Complete)]
    [InlineData("in/*.csv", Parts.All, null, TriggerKind.Marker)]
    [InlineData("in/*.csv", Parts.All, 3, TriggerKind.Marker)]
    [InlineData("in/*.csv", Parts.All, null, TriggerKind.Change)]
    public void A_snapshot_that_says_which_files_make_it_is_taken(string key, Parts? parts, int? count, TriggerKind when) =>
        Assert.Empty(PartFaults.In(Feed(key, parts, count), TriggerOf(when), Path));

    [Theory]
    [InlineData(LoadMode.Append)]
    [InlineData(LoadMode.Merge)]
    public void Where_every_file_counts_there_are_no_parts(LoadMode mode)
    {
        Assert.Empty(PartFaults.In(Feed("in/*.csv", null, null) with { Mode = mode }, Complete, Path));
        var fault = Assert.Single(PartFaults.In(Feed("in/*.csv", Parts.Newest, null) with { Mode = mode }, Complete, Path));
        Assert.Contains("every file counts anyway", fault.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Parts_of_an_optional_feed_are_refused()
    {
        var fault = Assert.Single(PartFaults.In(Feed("in/*.csv", Parts.All, 2) with { Required = false }, Complete, Path));
        Assert.Contains("needs a required feed", fault.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void A_definitions_faults_name_them() => Assert.Contains("say \"parts\"", Assert.Single(DefinitionFaults.In(
        new PipelineDefinition { Name = "small", TimeZone = "UTC", Feeds = [Feed("in/*.csv", null, null)] })).Message,
        StringComparison.Ordinal);

    private static IBatchTrigger TriggerOf(TriggerKind when) =>
        BatchTriggers.Of(new PipelineDefinition { Name = "small", TimeZone = "UTC", Feeds = [], Trigger = new() { When = when } });

    private static FeedDefinition Feed(string key, Parts? parts, int? count) =>
        new() { Name = "orders", Object = key, Table = "staging.orders", Parts = parts, Count = count };
}
