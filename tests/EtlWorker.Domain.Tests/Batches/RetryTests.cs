using EtlWorker.Domain.Pipelines;
using Xunit;

namespace EtlWorker.Domain.Tests.Batches;

public sealed class RetryTests
{
    [Fact]
    public void A_retry_takes_the_mended_file_that_was_held_and_the_others_that_the_run_had()
    {
        var timeline = new Timeline();
        var (orders, reviews, shipments) = (timeline.Lands("orders", "05 08:00"), timeline.Lands("reviews", "05 08:01"), timeline.Lands("shipments", "05 08:02"));
        var mended = timeline.Lands("orders", "05 11:00");

        var (batch, missing) = timeline.Retry(5, orders, reviews, shipments);

        Assert.Empty(missing);
        Assert.Equal(Timeline.Day(5), batch.RunDate);
        Assert.Equal([mended, reviews, shipments], batch.Drops);
    }

    [Fact]
    public void A_retry_leaves_another_day_s_drops_alone()
    {
        var timeline = new Timeline();
        var (orders, reviews, shipments) = (timeline.Lands("orders", "05 08:00"), timeline.Lands("reviews", "05 08:01"), timeline.Lands("shipments", "05 08:02"));
        timeline.Lands("orders", "06 08:00");

        var (batch, _) = timeline.Retry(5, orders, reviews, shipments);

        Assert.Equal([orders, reviews, shipments], batch.Drops);
    }

    [Fact]
    public void A_retry_keeps_the_run_s_own_drops_whatever_their_dates()
    {
        var timeline = new Timeline();
        var (orders, reviews, shipments) = (timeline.Lands("orders", "05 23:55"), timeline.Lands("reviews", "06 00:05"), timeline.Lands("shipments", "06 00:10"));

        var (batch, missing) = timeline.Retry(5, orders, reviews, shipments);

        Assert.Empty(missing);
        Assert.Equal([orders, reviews, shipments], batch.Drops);
    }

    [Fact]
    public void A_retry_takes_the_newest_optional_drop_of_any_day()
    {
        var timeline = new Timeline("orders products?");
        var orders = timeline.Lands("orders", "05 08:00");
        timeline.Lands("products", "01 08:00");
        var products = timeline.Lands("products", "06 08:00");

        var (batch, _) = timeline.Retry(5, orders);

        Assert.Equal([orders, products], batch.Drops);
    }

    [Fact]
    public void A_retry_names_the_required_feeds_that_it_has_no_drop_of()
    {
        var timeline = new Timeline();
        var orders = timeline.Lands("orders", "05 08:00");

        Assert.Equal(["reviews", "shipments"], timeline.Retry(5, orders).Missing);
    }

    [Fact]
    public void A_retry_of_a_change_needs_only_what_its_run_had()
    {
        var timeline = new Timeline("orders reviews", when: TriggerKind.Change);
        var orders = timeline.Lands("orders", "05 08:00");

        var (batch, missing) = timeline.Retry(5, orders);

        Assert.Empty(missing);
        Assert.Equal([orders], batch.Drops);
    }

    [Fact]
    public void A_retry_of_a_set_with_a_marker_needs_no_other_marker()
    {
        var timeline = new Timeline("orders", when: TriggerKind.Marker);
        var (orders, marker) = (timeline.Lands("orders", "05 08:00"), timeline.Marks("05 08:01"));
        var mended = timeline.Lands("orders", "05 11:00");

        var (batch, missing) = timeline.Retry(5, orders, marker);

        Assert.Empty(missing);
        Assert.Equal([mended, marker], batch.Drops);
    }
}
