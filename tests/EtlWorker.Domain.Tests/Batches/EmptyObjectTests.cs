using EtlWorker.Domain.Drops;
using EtlWorker.Domain.Pipelines;
using EtlWorker.Domain.Runs;
using Xunit;

namespace EtlWorker.Domain.Tests.Batches;

/// <summary>Mounts and gateways put an empty object first and the real one seconds later.</summary>
public sealed class EmptyObjectTests
{
    [Theory]
    [InlineData("orders", TriggerKind.Complete)]
    [InlineData("orders+", TriggerKind.Complete)]
    [InlineData("orders~", TriggerKind.Complete)]
    [InlineData("orders*", TriggerKind.Complete)]
    [InlineData("orders", TriggerKind.Marker)]
    [InlineData("orders+", TriggerKind.Marker)]
    [InlineData("orders", TriggerKind.Change)]
    [InlineData("orders~", TriggerKind.Change)]
    public void An_empty_object_completes_no_set_and_its_newer_version_takes_its_place(string feed, TriggerKind when)
    {
        var timeline = new Timeline($"{feed} reviews", when: when);
        var reviews = timeline.Lands("reviews", "05 10:00");
        var empty = timeline.LandsEmpty("orders", "05 10:01");
        if (when != TriggerKind.Change)
            timeline.At("05 10:01").NothingReady().NothingPutAside();
        var orders = timeline.Lands("orders", "05 10:02");
        Drop[] marker = when == TriggerKind.Marker ? [timeline.Marks("05 10:03")] : [];

        var decision = timeline.At("05 10:30").Ready(5, [orders, reviews, .. marker])
            .Superseded("it is empty (0 bytes); its newer version", empty);

        Assert.False(Assert.Single(decision.Disposals).IsNotified);
        timeline.Apply(decision);
        timeline.At("09 10:00").NothingReady().NothingPutAside();
    }

    [Fact]
    public void A_window_that_closes_without_it_names_the_empty_object_and_puts_it_aside_with_the_others()
    {
        var timeline = new Timeline();
        var reviews = timeline.Lands("reviews", "05 20:00");
        var empty = timeline.LandsEmpty("orders", "05 10:00");

        timeline.At("06 07:59").NothingReady().NothingPutAside();
        timeline.At("06 08:00").NothingReady()
            .Superseded("2022-09-05 closed incomplete; missing: orders (in/orders.csv is empty), shipments", reviews, empty).NothingElse(2);
    }

    [Fact]
    public void An_empty_object_that_comes_after_midnight_is_named_by_the_window_that_waits_for_it_and_ends_with_its_own_date()
    {
        var timeline = new Timeline("orders reviews");
        var reviews = timeline.Lands("reviews", "05 20:00");
        var empty = timeline.LandsEmpty("orders", "06 01:00");

        timeline.Apply(timeline.At("06 08:00").NothingReady()
            .Superseded("missing: orders (in/orders.csv is empty)", reviews).NothingElse(1));
        timeline.At("06 23:59").NothingReady().NothingPutAside();
        timeline.At("07 00:00").NothingReady()
            .Superseded("2022-09-06 closed incomplete; missing: orders (in/orders.csv is empty), reviews", empty).NothingElse(1);
    }

    [Theory]
    [InlineData(TriggerKind.Complete, "")]
    [InlineData(TriggerKind.Marker, ", (marker)")]
    [InlineData(TriggerKind.Change, "")]
    public void An_empty_object_alone_ends_with_its_day_and_is_told(TriggerKind when, string marker)
    {
        var timeline = new Timeline("orders reviews", when: when);
        var empty = timeline.LandsEmpty("orders", "05 10:00");

        timeline.At("05 23:59").NothingReady().NothingPutAside();
        var decision = timeline.At("06 00:00").NothingReady()
            .Superseded($"2022-09-05 closed incomplete; missing: orders (in/orders.csv is empty), reviews{marker}", empty);
        Assert.True(Assert.Single(decision.Disposals).IsNotified);
    }

    [Fact]
    public void A_marker_that_finds_only_an_empty_object_names_it_when_its_window_closes()
    {
        var timeline = new Timeline("orders reviews", when: TriggerKind.Marker);
        timeline.Lands("reviews", "05 10:00");
        var empty = timeline.LandsEmpty("orders", "05 10:01");
        var marker = timeline.Marks("05 10:02");

        timeline.At("05 23:59").NothingReady().NothingPutAside();
        timeline.At("06 00:00").NothingReady()
            .Superseded("2022-09-05 closed incomplete; missing: orders (in/orders.csv is empty)", empty, marker).NothingElse(2);
    }

    [Fact]
    public void A_marker_is_empty_and_counts()
    {
        var timeline = new Timeline("orders", when: TriggerKind.Marker);
        var orders = timeline.Lands("orders", "05 10:00");
        var marker = timeline.LandsEmpty(MarkerDefinition.LedgerName, "05 10:01");

        timeline.At("05 10:01").Ready(5, orders, marker).NothingPutAside();
    }

    [Fact]
    public void A_change_runs_without_a_feed_of_which_there_is_only_an_empty_object_and_names_it()
    {
        var timeline = new Timeline("orders reviews", when: TriggerKind.Change);
        var empty = timeline.LandsEmpty("reviews", "05 10:00");
        timeline.At("05 10:30").NothingReady().NothingPutAside();
        var orders = timeline.Lands("orders", "05 11:00");

        timeline.At("05 11:05").Ready(5, orders).Missing("reviews").Empty("in/reviews.csv")
            .Superseded("it replaces no other drop, and the batch of 2022-09-05 runs without it", empty).NothingElse(1);
    }

    [Fact]
    public void A_change_reads_the_newest_version_that_is_not_empty_and_names_the_empty_one()
    {
        var timeline = new Timeline("orders reviews", when: TriggerKind.Change);
        var reviews = timeline.Lands("reviews", "04 10:00");
        timeline.Becomes(DropDisposition.Held, reviews);
        var empty = timeline.LandsEmpty("reviews", "05 10:00");
        var orders = timeline.Lands("orders", "05 11:00");

        timeline.At("05 11:05").Ready(5, orders, reviews).Missing().Empty("in/reviews.csv").Superseded("it is empty", empty).NothingElse(1);
    }

    [Fact]
    public void An_empty_object_does_not_prolong_the_wait_of_a_change()
    {
        var timeline = new Timeline("orders reviews", when: TriggerKind.Change);
        var orders = timeline.Lands("orders", "05 11:00");
        timeline.LandsEmpty("reviews", "05 11:04");

        timeline.At("05 11:05").Ready(5, orders);
    }

    [Fact]
    public void An_empty_object_after_the_good_one_does_not_replace_it()
    {
        var timeline = new Timeline("orders reviews");
        var orders = timeline.Lands("orders", "05 10:00");
        var empty = timeline.LandsEmpty("orders", "05 10:01");
        var reviews = timeline.Lands("reviews", "05 10:02");

        timeline.At("05 10:02").Ready(5, orders, reviews)
            .Superseded("it is empty (0 bytes): it replaces no other drop, and the batch of 2022-09-05 runs without it", empty)
            .NothingElse(1);
    }

    [Fact]
    public void An_empty_object_of_another_key_of_the_feed_is_no_newer_version()
    {
        var timeline = new Timeline("events*+ orders");
        var first = timeline.LandsEmpty("events", "05 10:00", star: "1");
        var second = timeline.Lands("events", "05 10:01", star: "2");
        timeline.At("05 10:01").NothingReady().NothingPutAside();
        var orders = timeline.Lands("orders", "05 10:02");

        timeline.At("05 10:02").Ready(5, second, orders).Superseded("the batch of 2022-09-05 runs without it", first).NothingElse(1);
    }

    [Theory]
    [InlineData(RunState.Claimed)]
    [InlineData(RunState.Succeeded)]
    [InlineData(RunState.Failed)]
    public void An_empty_object_of_a_date_that_has_its_run_is_not_held_for_no_retry_would_take_it(RunState state)
    {
        var timeline = new Timeline("orders events+");
        timeline.Ran(5, state, timeline.Lands("orders", "05 10:00"), timeline.Lands("events", "05 10:00"));
        var (orders, events) = (timeline.LandsEmpty("orders", "05 11:00"), timeline.LandsEmpty("events", "05 11:00"));

        timeline.At("05 11:00").NothingReady()
            .Superseded("it is empty (0 bytes), and no set of 2022-09-05 is awaited", orders, events).NothingElse(2);
    }

    [Fact]
    public void An_empty_object_does_not_run_a_failed_day_again_that_is_left_open_and_a_newer_version_does()
    {
        var timeline = new Timeline("orders reviews", failedDay: FailedDay.Open);
        var (orders, reviews) = (timeline.Lands("orders", "05 10:00"), timeline.Lands("reviews", "05 10:00"));
        timeline.Ran(5, RunState.Failed, orders, reviews);
        var empty = timeline.LandsEmpty("orders", "05 11:00");
        timeline.At("05 11:00").NothingReady().NothingPutAside();
        var corrected = timeline.Lands("orders", "05 11:01");

        timeline.At("05 11:01").Ready(5, corrected, reviews).Superseded("its newer version", empty).NothingElse(1);
    }

    [Fact]
    public void An_empty_object_neither_dates_a_set_nor_closes_one()
    {
        var timeline = new Timeline("orders reviews");
        timeline.LandsEmpty("reviews", "05 20:00");
        var (orders, empty) = (timeline.Lands("orders", "06 05:00"), timeline.LandsEmpty("orders", "06 05:01"));
        var reviews = timeline.Lands("reviews", "06 06:00");

        timeline.At("06 06:00").Ready(6, orders, reviews).Superseded("the batch of 2022-09-06 runs without it", empty).NothingElse(2);
    }

    [Fact]
    public void An_empty_object_of_tomorrow_does_not_close_the_set_that_waits_for_its_feed()
    {
        var timeline = new Timeline("orders reviews");
        var orders = timeline.Lands("orders", "05 23:50");
        timeline.LandsEmpty("orders", "06 00:10");
        var reviews = timeline.Lands("reviews", "06 00:20");

        timeline.At("06 00:20").Ready(5, orders, reviews).NothingPutAside();
    }

    [Fact]
    public void An_empty_optional_object_joins_no_batch()
    {
        var timeline = new Timeline("orders products?");
        var products = timeline.Lands("products", "04 10:00");
        var empty = timeline.LandsEmpty("products", "05 09:00");
        timeline.At("25 09:00").NothingReady().NothingPutAside();
        var orders = timeline.Lands("orders", "25 10:00");

        timeline.At("25 10:00").Ready(25, orders, products).Superseded("it is empty", empty).NothingElse(1);
    }

    [Fact]
    public void A_retry_with_only_an_empty_object_names_it()
    {
        var timeline = new Timeline("orders reviews");
        var reviews = timeline.Lands("reviews", "05 10:00");
        timeline.LandsEmpty("orders", "05 10:01");

        var (batch, missing) = timeline.Retry(5, reviews);

        Assert.Equal(["orders (in/orders.csv is empty)"], missing);
        Assert.Equal([reviews], batch.Drops);
    }

    [Fact]
    public void A_retry_leaves_out_the_empty_object_that_its_run_failed_with()
    {
        var timeline = new Timeline("orders reviews");
        var (empty, reviews) = (timeline.LandsEmpty("orders", "05 10:00"), timeline.Lands("reviews", "05 10:01"));
        var held = timeline.Lands("orders", "05 10:00");

        var (batch, missing) = timeline.Retry(5, empty, reviews);

        Assert.Empty(missing);
        Assert.Equal([held, reviews], batch.Drops);
    }

    [Fact]
    public void A_retry_of_a_change_with_nothing_but_empty_objects_is_no_batch()
    {
        var timeline = new Timeline("orders", when: TriggerKind.Change);
        var empty = timeline.LandsEmpty("orders", "05 10:00");

        Assert.Equal(["orders (in/orders.csv is empty)"], timeline.Retry(5, empty).Missing);
    }

    [Theory]
    [InlineData(TriggerKind.Complete)]
    [InlineData(TriggerKind.Change)]
    public void The_deadline_names_the_empty_object(TriggerKind when)
    {
        var timeline = new Timeline("orders reviews", when: when, deadline: "18:00");
        timeline.LandsEmpty("orders", "05 10:00");

        Assert.Equal(["05 at 05 18:00: orders (in/orders.csv is empty),reviews"], timeline.Overdue("05 17:00", "05 18:00"));
        timeline.Lands("orders", "05 10:01");
        Assert.Equal(["05 at 05 18:00: reviews"], timeline.Overdue("05 17:00", "05 18:00"));
    }

    [Fact]
    public void Where_a_feed_needs_no_row_an_empty_object_is_a_drop_like_any_other()
    {
        var timeline = new Timeline("orders reviews", minRows: 0);
        var (orders, reviews) = (timeline.LandsEmpty("orders", "05 10:00"), timeline.Lands("reviews", "05 10:01"));

        timeline.At("05 10:01").Ready(5, orders, reviews).NothingPutAside();
    }
}
