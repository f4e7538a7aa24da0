using EtlWorker.Domain.Drops;
using EtlWorker.Domain.Pipelines;
using EtlWorker.Domain.Runs;
using Xunit;

namespace EtlWorker.Domain.Tests.Batches;

public sealed class AppendTests
{
    private readonly Timeline _timeline = new("orders events+");

    [Theory]
    [InlineData('+')]
    [InlineData('~')]
    public void Every_drop_of_the_window_is_taken_in_the_order_of_events(char mode)
    {
        var timeline = new Timeline($"orders events{mode}");
        var second = timeline.Lands("events", "05 10:00");
        var first = timeline.Lands("events", "05 09:00");
        var orders = timeline.Lands("orders", "05 11:00");

        timeline.At("05 11:00").Ready(5, orders, first, second).NothingPutAside();
    }

    [Fact]
    public void A_required_feed_that_accumulates_is_awaited()
    {
        var orders = _timeline.Lands("orders", "05 10:00");

        _timeline.At("05 10:00").NothingReady();
        _timeline.At("06 00:00").NothingReady().Superseded("closed incomplete; missing: events", orders);
    }

    [Fact]
    public void What_closes_incomplete_is_held_for_the_next_batch()
    {
        var (first, second) = (_timeline.Lands("events", "05 10:00"), _timeline.Lands("events", "05 11:00"));
        _timeline.Apply(_timeline.At("06 00:00").NothingReady()
            .Held("2022-09-05 closed incomplete; missing: orders. The next batch takes it.", first, second).NothingElse(2));
        var (orders, events) = (_timeline.Lands("orders", "06 10:00"), _timeline.Lands("events", "06 10:01"));

        _timeline.At("06 10:01").Ready(6, orders, first, second, events).NothingPutAside();
    }

    [Fact]
    public void What_lands_after_its_dates_run_is_held_for_the_next_batch()
    {
        _timeline.Ran(5);
        var late = _timeline.Lands("events", "05 15:00");
        _timeline.Apply(_timeline.At("05 15:00").NothingReady()
            .Held(
                "2022-09-05 already has its run (succeeded); a second drop of events does not start another. The next batch takes it.",
                late));
        var (orders, events) = (_timeline.Lands("orders", "06 10:00"), _timeline.Lands("events", "06 10:01"));

        _timeline.Apply(_timeline.At("06 10:01").Ready(6, orders, late, events).NothingPutAside());
        _timeline.At("06 10:02").NothingReady().NothingPutAside();
    }

    [Fact]
    public void What_is_known_of_after_its_dates_run_with_the_next_set_is_taken_at_once()
    {
        _timeline.Ran(5);
        var late = _timeline.Lands("events", "05 15:00");
        var (orders, events) = (_timeline.Lands("orders", "06 10:00"), _timeline.Lands("events", "06 10:01"));

        _timeline.At("06 10:01").Ready(6, orders, late, events).NothingPutAside();
    }

    [Fact]
    public void What_is_out_of_date_is_held_for_the_next_batch()
    {
        _timeline.Ran(6);
        var (orders, events) = (_timeline.Lands("orders", "05 10:00"), _timeline.Lands("events", "05 10:00"));

        _timeline.At("06 12:00").NothingReady()
            .Superseded("out of date: 2022-09-06 has been loaded", orders)
            .Held("out of date: 2022-09-06 has been loaded. The next batch takes it.", events).NothingElse(2);
    }

    [Fact]
    public void After_an_outage_the_newest_set_takes_what_accumulated_in_the_older()
    {
        var old = _timeline.Lands("orders", "05 10:00");
        var first = _timeline.Lands("events", "05 10:00");
        var second = _timeline.Lands("events", "06 10:00");
        var (orders, third) = (_timeline.Lands("orders", "07 10:00"), _timeline.Lands("events", "07 10:00"));

        _timeline.At("07 12:00").Ready(7, orders, first, second, third).Superseded("the batch of 2022-09-07 is ready", old).NothingElse(1);
    }

    [Fact]
    public void What_lands_after_the_last_event_of_the_set_waits_for_the_next()
    {
        var (orders, events) = (_timeline.Lands("orders", "05 20:00"), _timeline.Lands("events", "05 20:00"));
        _timeline.Lands("events", "06 01:00");

        _timeline.At("06 01:00").Ready(5, orders, events).NothingPutAside();
    }

    [Fact]
    public void What_its_key_names_for_a_later_date_waits_for_that_dates_batch()
    {
        var timeline = new Timeline("orders{date} events{date}+");
        timeline.Lands("events", "06 02:00", named: 6);
        var (events, orders) = (timeline.Lands("events", "06 02:10", named: 5), timeline.Lands("orders", "06 02:20", named: 5));

        timeline.At("06 02:20").Ready(5, orders, events).NothingPutAside();
    }

    [Fact]
    public void What_lands_at_the_last_event_of_the_set_is_taken_though_its_own_date_has_run()
    {
        var timeline = new Timeline("orders{date} events{date}+");
        timeline.Ran(4);
        var (orders, late, events) = (
            timeline.Lands("orders", "05 10:00", named: 5), timeline.Lands("events", "05 10:00", named: 4),
            timeline.Lands("events", "05 10:00", named: 5));

        timeline.At("05 10:00").Ready(5, orders, late, events).NothingPutAside();
    }

    [Fact]
    public void What_its_key_names_for_a_date_far_ahead_is_told_to_be_taken_by_the_next_batch()
    {
        var timeline = new Timeline("orders{date} events{date}+");
        var ahead = timeline.Lands("events", "05 10:00", named: 9);

        timeline.At("05 10:00").NothingReady().Held("out of date. The next batch takes it.", ahead);
    }

    [Fact]
    public void What_was_held_makes_no_batch_by_itself()
    {
        var timeline = new Timeline("events+");
        timeline.Ran(5);
        var late = timeline.Lands("events", "05 15:00");
        timeline.Apply(timeline.At("05 15:00").NothingReady());

        timeline.At("06 15:00").NothingReady().NothingPutAside();
        var events = timeline.Lands("events", "06 16:00");
        timeline.At("06 16:00").Ready(6, late, events);
    }

    [Fact]
    public void An_optional_feed_that_accumulates_joins_whole()
    {
        var timeline = new Timeline("orders events?+");
        var first = timeline.Lands("events", "01 10:00");
        var second = timeline.Lands("events", "05 12:00");
        var orders = timeline.Lands("orders", "05 10:00");

        timeline.At("05 12:00").Ready(5, orders, first, second).NothingPutAside();
    }

    [Fact]
    public void A_marker_takes_all_before_it_and_its_files_are_never_held_with_it()
    {
        var timeline = new Timeline("orders events+", when: TriggerKind.Marker);
        var first = timeline.Lands("events", "05 09:00");
        var early = timeline.Marks("05 10:00");
        timeline.Apply(timeline.At("06 00:00").NothingReady().Superseded("missing: orders", early).NothingElse(1));
        var (second, orders) = (timeline.Lands("events", "06 09:00"), timeline.Lands("orders", "06 09:00"));
        var marker = timeline.Marks("06 10:00");
        timeline.Lands("events", "06 10:01");

        timeline.At("06 10:01").Ready(6, orders, first, second, marker).NothingPutAside();
    }

    [Fact]
    public void What_a_run_failed_with_waits_for_a_retry()
    {
        var (orders, events) = (_timeline.Lands("orders", "05 10:00"), _timeline.Lands("events", "05 10:00"));
        _timeline.Ran(5, RunState.Failed, orders, events);
        var (nextOrders, nextEvents) = (_timeline.Lands("orders", "06 10:00"), _timeline.Lands("events", "06 10:00"));

        _timeline.At("06 10:00").Ready(6, nextOrders, nextEvents).NothingPutAside();
    }

    [Fact]
    public void A_retry_takes_all_of_its_date_but_what_is_loaded_already()
    {
        var (orders, loaded) = (_timeline.Lands("orders", "05 10:00"), _timeline.Lands("events", "05 10:00"));
        var late = _timeline.Lands("events", "05 12:00");
        _timeline.Lands("events", "06 12:00");

        var (batch, missing) = _timeline.Retry(5, orders, loaded with { Disposition = DropDisposition.Loaded });

        Assert.Empty(missing);
        Assert.Equal([orders, late], batch.Drops);
    }
}
