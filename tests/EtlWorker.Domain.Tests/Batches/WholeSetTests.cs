using Xunit;

namespace EtlWorker.Domain.Tests.Batches;

public sealed class WholeSetTests
{
    private readonly Timeline _timeline = new();

    [Fact]
    public void Nothing_landed_means_nothing_to_do() => _timeline.At("05 10:00").NothingReady().NothingPutAside();

    [Fact]
    public void A_whole_set_is_ready_in_the_definitions_order()
    {
        var shipments = _timeline.Lands("shipments", "05 10:00");
        var reviews = _timeline.Lands("reviews", "05 10:01");
        var orders = _timeline.Lands("orders", "05 10:02");

        _timeline.At("05 10:02").Ready(5, orders, reviews, shipments).NothingPutAside();
    }

    [Fact]
    public void A_partial_set_waits_to_the_end_of_its_date()
    {
        _timeline.Lands("orders", "05 10:00");
        _timeline.Lands("reviews", "05 10:01");

        _timeline.At("05 10:01").NothingReady().NothingPutAside();
        _timeline.At("05 22:01").NothingReady().NothingPutAside();
        _timeline.At("05 23:59").NothingReady().NothingPutAside();
    }

    [Fact]
    public void A_partial_set_is_superseded_at_the_end_of_its_date_and_the_missing_feeds_are_told()
    {
        var reviews = _timeline.Lands("reviews", "05 10:00");

        _timeline.At("06 00:00").NothingReady().Superseded("2022-09-05 closed incomplete; missing: orders, shipments", reviews);
    }

    [Fact]
    public void A_set_begun_late_waits_for_its_span_beyond_the_end_of_its_date()
    {
        var orders = _timeline.Lands("orders", "05 20:00");

        _timeline.At("06 07:59").NothingReady().NothingPutAside();
        _timeline.At("06 08:00").NothingReady().Superseded("missing: reviews, shipments", orders);
    }

    [Fact]
    public void The_last_file_may_land_just_before_the_window_closes_and_be_seen_much_later()
    {
        var orders = _timeline.Lands("orders", "05 20:00");
        var reviews = _timeline.Lands("reviews", "05 20:00");
        var shipments = _timeline.Lands("shipments", "06 07:59");

        _timeline.At("09 12:00").Ready(5, orders, reviews, shipments).NothingPutAside();
    }

    [Fact]
    public void A_file_that_lands_as_the_window_closes_counts_for_its_own_date()
    {
        var orders = _timeline.Lands("orders", "05 20:00");
        var reviews = _timeline.Lands("reviews", "05 20:01");
        _timeline.Lands("shipments", "06 08:00");

        _timeline.At("06 08:00").NothingReady().Superseded("missing: shipments", orders, reviews);

        var newOrders = _timeline.Lands("orders", "06 09:00");
        var newReviews = _timeline.Lands("reviews", "06 09:00");
        var decision = _timeline.At("06 09:00").Superseded("missing: shipments", orders, reviews);
        Assert.Equal(Timeline.Day(6), decision.Ready!.RunDate);
        Assert.Contains(newOrders, decision.Ready.Drops);
        Assert.Contains(newReviews, decision.Ready.Drops);
    }

    [Fact]
    public void A_second_drop_before_the_set_is_whole_supersedes_the_first()
    {
        var first = _timeline.Lands("orders", "05 10:00");
        var second = _timeline.Lands("orders", "05 11:00");
        var reviews = _timeline.Lands("reviews", "05 12:00");
        _timeline.At("05 12:00").NothingReady().NothingPutAside();
        var shipments = _timeline.Lands("shipments", "05 13:00");

        _timeline.At("05 13:00").Ready(5, second, reviews, shipments).Superseded("a newer drop of orders joined the same batch", first);
    }

    [Fact]
    public void Of_two_versions_the_sequencer_says_which_is_newer()
    {
        var second = _timeline.Lands("orders", "05 10:00", sequencer: "0B");
        var first = _timeline.Lands("orders", "05 10:01", sequencer: "0A");
        var reviews = _timeline.Lands("reviews", "05 12:00");
        var shipments = _timeline.Lands("shipments", "05 13:00");

        _timeline.At("05 13:00").Ready(5, second, reviews, shipments).Superseded("a newer drop of orders", first);
    }

    [Fact]
    public void One_required_feed_is_a_whole_set()
    {
        var timeline = new Timeline("orders");
        var orders = timeline.Lands("orders", "05 10:00");

        timeline.At("05 10:00").Ready(5, orders).NothingPutAside();
    }
}
