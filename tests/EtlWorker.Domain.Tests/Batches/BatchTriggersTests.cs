using EtlWorker.Domain.Batches;
using EtlWorker.Domain.Pipelines;
using Xunit;

namespace EtlWorker.Domain.Tests.Batches;

public sealed class BatchTriggersTests
{
    private const string Key = "in/.SUCCESS";

    [Theory]
    [InlineData(TriggerKind.Complete, false)]
    [InlineData(TriggerKind.Marker, false)]
    [InlineData(TriggerKind.Change, true)]
    public void A_change_alone_runs_incomplete_and_reads_what_has_not_changed(TriggerKind when, bool isSo)
    {
        var trigger = BatchTriggers.Of(Pipeline(when));

        Assert.Equal((isSo, isSo), (trigger.RunsIncomplete, trigger.ReadsUnchanged));
    }

    [Theory]
    [InlineData(TriggerKind.Complete, "", "")]
    [InlineData(TriggerKind.Marker, "", "")]
    [InlineData(TriggerKind.Change, "orders reviews", "orders")]
    public void Of_a_change_the_newest_drops_of_the_required_feeds_are_candidates_and_each_of_their_parts(
        TriggerKind when, string newest, string parts)
    {
        Assert.Equal(newest, string.Join(' ', Pipeline(when).ReadUnchanged));
        Assert.Equal(parts, string.Join(' ', Pipeline(when).PartsOfChange));
    }

    [Theory]
    [InlineData(TriggerKind.Complete, "orders reviews")]
    [InlineData(TriggerKind.Marker, "orders reviews (marker)")]
    [InlineData(TriggerKind.Change, "orders reviews")]
    public void Awaited_are_the_required_feeds_and_the_marker(TriggerKind when, string awaited) =>
        Assert.Equal(awaited, string.Join(' ', BatchTriggers.Of(Pipeline(when)).Awaited.Select(target => target.Name)));

    [Theory]
    [InlineData(TriggerKind.Complete, false)]
    [InlineData(TriggerKind.Marker, true)]
    [InlineData(TriggerKind.Change, false)]
    public void The_trigger_marker_alone_needs_a_marker_and_has_one(TriggerKind when, bool isSo)
    {
        var trigger = BatchTriggers.Of(Pipeline(when));

        Assert.Equal((isSo, isSo), (trigger.NeedsMarker, trigger.Marker?.Object == Key));
    }

    [Fact]
    public void Where_the_key_of_the_marker_is_missing_it_is_needed_and_not_there()
    {
        var trigger = BatchTriggers.Of(Pipeline(TriggerKind.Marker) with { Trigger = new() { When = TriggerKind.Marker } });

        Assert.True(trigger.NeedsMarker);
        Assert.Null(trigger.Marker);
        Assert.Equal(["orders", "reviews"], trigger.Awaited.Select(target => target.Name));
    }

    [Theory]
    [InlineData(TriggerKind.Complete, null, "nobody knows when all parts are there")]
    [InlineData(TriggerKind.Complete, 3, null)]
    [InlineData(TriggerKind.Marker, null, null)]
    [InlineData(TriggerKind.Marker, 3, null)]
    [InlineData(TriggerKind.Change, null, null)]
    [InlineData(TriggerKind.Change, 3, "a change awaits no number of files")]
    public void A_set_of_parts_is_whole_by_their_number_or_by_a_marker_and_a_change_counts_none(TriggerKind when, int? count, string? fault)
    {
        var pipeline = Pipeline(when);
        var trigger = BatchTriggers.Of(pipeline);
        var found = trigger.PartsFault(pipeline.Feeds[0] with { Count = count });

        Assert.Equal(fault is null, found is null);
        Assert.Contains(fault ?? "", found ?? "", StringComparison.Ordinal);
        Assert.Null(trigger.PartsFault(pipeline.Feeds[1] with { Count = count }));
    }

    [Fact]
    public void A_marker_is_found_by_its_name_and_its_key_as_a_feed_is()
    {
        var pipeline = Pipeline(TriggerKind.Marker);

        Assert.IsType<MarkerDefinition>(pipeline.Target(MarkerDefinition.LedgerName));
        Assert.IsType<MarkerDefinition>(pipeline.TargetOf(Key));
        Assert.Equal("reviews", Assert.IsType<FeedDefinition>(pipeline.TargetOf("in/reviews.csv")).Name);
        Assert.Null(Pipeline(TriggerKind.Complete).Target(MarkerDefinition.LedgerName));
        Assert.Null(Pipeline(TriggerKind.Complete).TargetOf(Key));
    }

    [Fact]
    public void A_marker_neither_accumulates_nor_has_parts()
    {
        var marker = BatchTriggers.Of(Pipeline(TriggerKind.Marker)).Marker!;

        Assert.Equal((false, false), (marker.IsIncremental, marker.HasParts));
    }

    [Fact]
    public void An_unknown_kind_is_a_fault()
    {
        var fault = Assert.Throws<ArgumentOutOfRangeException>(() => BatchTriggers.Of(Pipeline((TriggerKind)7)));

        Assert.Equal((TriggerKind)7, fault.ActualValue);
        Assert.StartsWith("This version has no such kind of trigger.", fault.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Every_kind_of_the_definition_has_its_trigger() =>
        Assert.Equal(
            Enum.GetValues<TriggerKind>().Length,
            Enum.GetValues<TriggerKind>().Select(kind => BatchTriggers.Of(Pipeline(kind)).GetType()).Distinct().Count());

    private static PipelineDefinition Pipeline(TriggerKind when) => new()
    {
        Name = "retail",
        TimeZone = "Africa/Lagos",
        Trigger = new() { When = when, Object = when == TriggerKind.Marker ? Key : null },
        Feeds =
        [
            new() { Name = "orders", Object = "in/orders-*.csv", Table = "staging.orders", Parts = Parts.All },
            new() { Name = "reviews", Object = "in/reviews.csv", Table = "staging.reviews" },
            new() { Name = "products", Object = "in/products.csv", Table = "staging.products", Required = false },
        ],
    };
}
