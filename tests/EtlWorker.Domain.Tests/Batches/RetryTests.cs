using EtlWorker.Domain.Drops;
using EtlWorker.Domain.Pipelines;
using EtlWorker.Domain.Runs;
using Xunit;

namespace EtlWorker.Domain.Tests.Batches;

public sealed class RetryTests
{
    [Fact]
    public void A_retry_takes_the_corrected_file_that_was_held_and_the_others_that_the_run_had()
    {
        var timeline = new Timeline();
        var (orders, reviews, shipments) =
            (timeline.Lands("orders", "05 08:00"), timeline.Lands("reviews", "05 08:01"), timeline.Lands("shipments", "05 08:02"));
        var corrected = timeline.Lands("orders", "05 11:00");

        var (batch, missing) = timeline.Retry(5, orders, reviews, shipments);

        Assert.Empty(missing);
        Assert.Equal(Timeline.Day(5), batch.RunDate);
        Assert.Equal([corrected, reviews, shipments], batch.Drops);
    }

    [Fact]
    public void A_retry_leaves_another_day_s_drops_alone()
    {
        var timeline = new Timeline();
        var (orders, reviews, shipments) =
            (timeline.Lands("orders", "05 08:00"), timeline.Lands("reviews", "05 08:01"), timeline.Lands("shipments", "05 08:02"));
        timeline.Lands("orders", "06 08:00");

        var (batch, _) = timeline.Retry(5, orders, reviews, shipments);

        Assert.Equal([orders, reviews, shipments], batch.Drops);
    }

    [Fact]
    public void A_retry_keeps_the_run_s_own_drops_whatever_their_dates()
    {
        var timeline = new Timeline();
        var (orders, reviews, shipments) =
            (timeline.Lands("orders", "05 23:55"), timeline.Lands("reviews", "06 00:05"), timeline.Lands("shipments", "06 00:10"));

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
    public void What_landed_for_later_dates_is_shown_and_of_a_snapshot_the_newest_is_taken()
    {
        var timeline = new Timeline("orders events+ stock~ products?", when: TriggerKind.Marker);
        timeline.Lands("orders", "05 08:00");
        timeline.Lands("orders", "06 08:00");
        timeline.Lands("orders", "06 09:00");
        timeline.Lands("events", "06 08:00");
        timeline.Lands("events", "07 08:00");
        timeline.Lands("products", "06 08:00");
        timeline.Marks("06 10:00");
        timeline.Becomes(DropDisposition.Held, timeline.Lands("stock", "07 09:00"));
        timeline.Becomes(DropDisposition.Discarded, timeline.Lands("stock", "07 10:00"));
        timeline.Becomes(DropDisposition.Superseded, timeline.Lands("orders", "07 10:00"));

        Assert.Equal(["2 orders 6 False", "4 events 6 True", "3 orders 6 True", "5 events 7 True", "8 stock 7 True"], timeline.Later(5));
    }

    [Fact]
    public void A_file_whose_key_names_a_later_date_is_that_date_s_and_is_not_shown()
    {
        var timeline = new Timeline("orders{date} reviews");
        timeline.Lands("orders", "05 08:00", named: 5);
        timeline.Lands("orders", "06 08:00", named: 6);
        timeline.Becomes(DropDisposition.Held, timeline.Lands("orders", "06 08:00", named: 20));
        timeline.Lands("reviews", "06 08:00");

        Assert.Equal(["4 reviews 6 True"], timeline.Later(5));
    }

    [Fact]
    public void What_is_no_newer_than_what_the_day_has_is_not_shown()
    {
        var timeline = new Timeline("orders reviews events+");
        timeline.Lands("reviews", "05 08:00");
        timeline.Lands("orders", "06 08:00");
        timeline.Lands("events", "06 08:00");
        // A retry took it for the day before.
        timeline.Ran(5, RunState.Succeeded, timeline.Lands("orders", "06 09:00"));

        Assert.Equal(["3 events 6 True"], timeline.Later(5));
        timeline.Lands("orders", "06 10:00");
        Assert.Equal(["3 events 6 True", "5 orders 6 True"], timeline.Later(5));
    }

    [Fact]
    public void A_file_of_a_later_date_that_is_taken_for_the_day_counts_as_one_of_the_day()
    {
        var timeline = new Timeline("orders reviews");
        var (orders, reviews) = (timeline.Lands("orders", "05 08:00"), timeline.Lands("reviews", "05 08:01"));
        var corrected = timeline.Lands("orders", "06 07:00");

        Assert.Equal([orders, reviews], timeline.Retry(5, orders, reviews).Batch.Drops);
        Assert.Equal([corrected, reviews], timeline.Retry(5, orders, reviews, corrected).Batch.Drops);
    }

    [Theory]
    [InlineData("events{date}+", DropDisposition.Failed, "2")]
    [InlineData("events+", DropDisposition.Failed, "1 2")]
    [InlineData("events{date}+", DropDisposition.Held, "1 2")]
    [InlineData("events+", DropDisposition.Discarded, "2")]
    public void Of_what_adds_to_its_table_a_retry_takes_all_but_what_a_newer_version_replaced_or_a_person_discarded(
        string feed, DropDisposition first, string taken)
    {
        var timeline = new Timeline(feed);
        var bad = timeline.Lands("events", "05 08:00", named: 5) with { Disposition = first };
        timeline.Lands("events", "05 09:00", named: 5);

        var (batch, missing) = timeline.Retry(5, bad);

        Assert.Empty(missing);
        Assert.Equal(taken, string.Join(' ', batch.Drops.Select(drop => drop.Id)));
    }

    [Theory]
    [InlineData("events+", "")]
    [InlineData("events~", "")]
    [InlineData("events", "events")]
    public void A_set_is_whole_without_what_was_discarded_of_a_feed_that_adds_to_its_table(string feed, string lacking)
    {
        var timeline = new Timeline($"orders {feed}");
        var (orders, discarded) = (timeline.Lands("orders", "05 08:00"), timeline.Lands("events",
            "05 08:01") with
        { Disposition = DropDisposition.Discarded });

        var (batch, missing) = timeline.Retry(5, orders, discarded);

        Assert.Equal(lacking, string.Join(' ', missing));
        Assert.Equal([orders], batch.Drops);
    }

    [Fact]
    public void A_retry_of_a_set_with_a_marker_needs_no_other_marker()
    {
        var timeline = new Timeline("orders", when: TriggerKind.Marker);
        var (orders, marker) = (timeline.Lands("orders", "05 08:00"), timeline.Marks("05 08:01"));
        var corrected = timeline.Lands("orders", "05 11:00");

        var (batch, missing) = timeline.Retry(5, orders, marker);

        Assert.Empty(missing);
        Assert.Equal([corrected, marker], batch.Drops);
    }
}
