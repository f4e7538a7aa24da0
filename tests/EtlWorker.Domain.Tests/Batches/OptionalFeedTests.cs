using Xunit;

namespace EtlWorker.Domain.Tests.Batches;

public sealed class OptionalFeedTests
{
    private readonly Timeline _timeline = new("products? orders calendar? reviews");

    [Fact]
    public void An_optional_feed_is_not_awaited()
    {
        var orders = _timeline.Lands("orders", "05 10:00");
        var reviews = _timeline.Lands("reviews", "05 10:00");

        _timeline.At("05 10:00").Ready(5, orders, reviews).NothingPutAside();
    }

    [Fact]
    public void An_optional_drop_opens_no_batch_and_waits_for_ever()
    {
        _timeline.Lands("products", "01 10:00");
        _timeline.Lands("products", "02 10:00");

        _timeline.At("30 10:00").NothingReady().NothingPutAside();
    }

    [Fact]
    public void The_newest_optional_drop_joins_whatever_runs_next_and_the_older_are_superseded()
    {
        var old = _timeline.Lands("products", "01 10:00");
        var products = _timeline.Lands("products", "02 10:00");
        var calendar = _timeline.Lands("calendar", "03 10:00");
        var orders = _timeline.Lands("orders", "05 10:00");
        var reviews = _timeline.Lands("reviews", "05 10:00");

        _timeline.At("05 10:00").Ready(5, products, orders, calendar, reviews).Superseded("a newer drop of products", old);
    }

    [Fact]
    public void An_optional_drop_dates_no_batch_and_does_not_lengthen_its_window()
    {
        _timeline.Lands("products", "04 10:00");
        var orders = _timeline.Lands("orders", "05 10:00");
        _timeline.Lands("products", "05 23:00");

        _timeline.At("05 23:59").NothingReady().NothingPutAside();
        _timeline.At("06 00:00").NothingReady().Superseded("2022-09-05 closed incomplete; missing: reviews", orders);
    }

    [Fact]
    public void A_later_optional_drop_does_not_close_the_window()
    {
        _timeline.Lands("products", "05 22:00");
        var orders = _timeline.Lands("orders", "05 23:00");
        var products = _timeline.Lands("products", "06 00:10");
        var reviews = _timeline.Lands("reviews", "06 00:20");

        _timeline.At("06 00:20").Ready(5, products, orders, reviews);
    }
}
