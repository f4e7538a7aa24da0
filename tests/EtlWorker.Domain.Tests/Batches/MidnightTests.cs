using Xunit;

namespace EtlWorker.Domain.Tests.Batches;

public sealed class MidnightTests
{
    private readonly Timeline _timeline = new();

    [Fact]
    public void A_set_begun_at_23_55_is_the_first_days_when_it_becomes_whole_after_midnight()
    {
        var orders = _timeline.Lands("orders", "05 23:55");
        var reviews = _timeline.Lands("reviews", "06 00:05");
        _timeline.At("06 00:05").NothingReady().NothingPutAside();
        var shipments = _timeline.Lands("shipments", "06 00:10");

        _timeline.At("06 00:10").Ready(5, orders, reviews, shipments).NothingPutAside();
    }

    [Fact]
    public void With_a_day_that_starts_at_noon_a_set_around_midnight_has_one_date()
    {
        var timeline = new Timeline(dayStart: "12:00");
        var orders = timeline.Lands("orders", "05 23:55");
        var late = timeline.Lands("reviews", "06 00:05");
        var reviews = timeline.Lands("reviews", "06 00:30");
        var shipments = timeline.Lands("shipments", "06 11:59");

        timeline.At("06 12:00").Ready(5, orders, reviews, shipments).Superseded("a newer drop of reviews", late);
    }

    [Fact]
    public void With_a_day_that_starts_at_noon_a_set_begun_before_it_has_the_date_before()
    {
        var timeline = new Timeline("orders reviews", dayStart: "12:00");
        var orders = timeline.Lands("orders", "05 11:55");
        var reviews = timeline.Lands("reviews", "05 12:05");

        timeline.At("05 12:05").Ready(4, orders, reviews);
    }

    [Fact]
    public void A_feed_that_drops_again_with_a_later_date_closes_the_window()
    {
        var orders = _timeline.Lands("orders", "05 20:00");
        var reviews = _timeline.Lands("reviews", "05 20:10");
        _timeline.At("06 00:59").NothingReady().NothingPutAside();
        _timeline.Lands("orders", "06 01:00");

        _timeline.At("06 01:00").NothingReady().Superseded("2022-09-05 closed incomplete; missing: shipments", orders, reviews);
    }

    [Fact]
    public void What_lands_after_a_window_was_closed_by_a_later_date_joins_the_next()
    {
        var oldOrders = _timeline.Lands("orders", "05 23:00");
        var orders = _timeline.Lands("orders", "06 01:00");
        var reviews = _timeline.Lands("reviews", "06 01:01");
        var shipments = _timeline.Lands("shipments", "06 01:02");

        _timeline.At("06 01:02").Ready(6, orders, reviews, shipments).Superseded("missing: reviews, shipments", oldOrders);
    }

    [Fact]
    public void A_set_sent_night_by_night_around_midnight_gets_one_run_a_night()
    {
        foreach (var day in new[] { 5, 6, 7 })
        {
            var orders = _timeline.Lands("orders", $"{day:00} 23:55");
            var reviews = _timeline.Lands("reviews", $"{day:00} 23:59");
            _timeline.At($"{day:00} 23:59").NothingReady().NothingPutAside();
            var shipments = _timeline.Lands("shipments", $"{day + 1:00} 00:10");

            _timeline.At($"{day + 1:00} 00:10").Ready(day, orders, reviews, shipments).NothingPutAside();
            _timeline.Take(orders, reviews, shipments);
            _timeline.Ran(day);
        }
    }

    [Fact]
    public void A_feed_corrected_after_midnight_does_not_close_the_set_that_it_corrects()
    {
        var orders = _timeline.Lands("orders", "05 23:55");
        var broken = _timeline.Lands("reviews", "06 00:05");
        var corrected = _timeline.Lands("reviews", "06 00:15");
        var shipments = _timeline.Lands("shipments", "06 00:20");

        _timeline.At("06 00:20").Ready(5, orders, corrected, shipments).Superseded("a newer drop of reviews", broken);
    }

    [Fact]
    public void After_midnight_a_second_drop_for_a_set_already_whole_opens_the_next()
    {
        var orders = _timeline.Lands("orders", "05 23:55");
        var reviews = _timeline.Lands("reviews", "06 00:05");
        var shipments = _timeline.Lands("shipments", "06 00:10");
        _timeline.Lands("reviews", "06 00:15");

        _timeline.At("06 00:20").Ready(5, orders, reviews, shipments).NothingPutAside();
    }
}
