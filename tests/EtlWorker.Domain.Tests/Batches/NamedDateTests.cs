using EtlWorker.Domain.Batches;
using EtlWorker.Domain.Pipelines;
using Xunit;

namespace EtlWorker.Domain.Tests.Batches;

public sealed class NamedDateTests
{
    private readonly Timeline _timeline = new("orders{date} reviews{date}");

    [Fact]
    public void The_date_in_the_keys_is_the_batchs_date()
    {
        var orders = _timeline.Lands("orders", "06 02:00", named: 5);
        var reviews = _timeline.Lands("reviews", "06 02:10", named: 5);

        _timeline.At("06 02:10").Ready(5, orders, reviews).NothingPutAside();
    }

    [Fact]
    public void Files_of_two_dates_never_make_a_set()
    {
        var orders = _timeline.Lands("orders", "06 02:00", named: 5);
        var reviews = _timeline.Lands("reviews", "06 02:10", named: 6);

        _timeline.At("06 02:10").NothingReady().NothingPutAside();
        _timeline.At("06 14:00").NothingReady().Superseded("2022-09-05 closed incomplete; missing: reviews", orders);
        _timeline.At("07 00:00").NothingReady().Superseded("2022-09-06 closed incomplete; missing: orders", reviews);
    }

    [Fact]
    public void A_batch_of_a_date_long_past_stays_open_for_its_span()
    {
        _timeline.Lands("orders", "20 10:00", named: 5);

        _timeline.At("20 21:59").NothingPutAside();
        Assert.Single(_timeline.At("20 22:00").Disposals);
    }

    [Fact]
    public void Tomorrows_file_may_come_tonight_and_its_batch_stays_open_to_its_end()
    {
        var orders = _timeline.Lands("orders", "05 10:00", named: 6);

        _timeline.At("06 23:59").NothingPutAside();
        _timeline.At("07 00:00").Superseded("2022-09-06 closed incomplete", orders);
    }

    [Fact]
    public void A_date_further_ahead_is_held_since_it_would_put_every_day_before_it_out_of_date()
    {
        var orders = _timeline.Lands("orders", "05 10:00", named: 7);
        var reviews = _timeline.Lands("reviews", "05 10:00", named: 7);

        _timeline.At("05 10:00").NothingReady().Held("its key names 2022-09-07, later than the day after it landed", orders, reviews);
    }

    [Fact]
    public void How_far_ahead_a_key_may_name_does_not_hang_on_where_the_day_begins()
    {
        var timeline = new Timeline("orders{date}", dayStart: "12:00");
        var orders = timeline.Lands("orders", "05 04:00", named: 6);

        timeline.At("05 04:00").Ready(6, orders).NothingPutAside();
    }

    [Fact]
    public void A_file_without_a_date_that_comes_first_takes_the_date_that_the_next_key_names()
    {
        var timeline = new Timeline("orders reviews{date}");
        var orders = timeline.Lands("orders", "06 02:00");
        var reviews = timeline.Lands("reviews", "06 02:10", named: 5);

        timeline.At("06 02:10").Ready(5, orders, reviews).NothingPutAside();
    }

    [Fact]
    public void A_set_whose_date_a_key_has_named_waits_to_the_end_of_that_date()
    {
        var timeline = new Timeline("orders reviews{date} shipments");
        var orders = timeline.Lands("orders", "05 10:00");
        var reviews = timeline.Lands("reviews", "05 10:10", named: 6);

        timeline.At("06 23:59").NothingReady().NothingPutAside();
        timeline.At("07 00:00").NothingReady().Superseded("2022-09-06 closed incomplete; missing: shipments", orders, reviews);
    }

    [Fact]
    public void A_key_that_names_a_date_further_off_does_not_take_a_file_without_one()
    {
        var timeline = new Timeline("orders reviews{date}");
        timeline.Lands("orders", "06 02:00");
        timeline.Lands("reviews", "06 02:10", named: 4);

        timeline.At("06 02:10").NothingReady().NothingPutAside();
    }

    [Fact]
    public void A_named_date_that_has_its_run_holds_its_drops()
    {
        _timeline.Ran(5);
        var orders = _timeline.Lands("orders", "06 02:00", named: 5);

        _timeline.At("06 02:00").NothingReady().Held("2022-09-05 already has its run", orders);
    }

    [Fact]
    public void Older_dates_that_land_after_newer_ones_are_cut_into_their_own_batches()
    {
        var orders = _timeline.Lands("orders", "07 10:00", named: 6);
        var oldOrders = _timeline.Lands("orders", "07 10:01", named: 5);
        var reviews = _timeline.Lands("reviews", "07 10:02", named: 6);
        var oldReviews = _timeline.Lands("reviews", "07 10:03", named: 5);

        _timeline.At("07 10:03").Ready(6, orders, reviews).Superseded("the batch of 2022-09-06 is ready", oldOrders, oldReviews);
    }

    [Fact]
    public void Of_two_whole_sets_for_one_date_the_later_runs()
    {
        var first = _timeline.Lands("orders", "07 10:00", named: 5);
        var second = _timeline.Lands("reviews", "07 10:01", named: 5);
        _timeline.Lands("orders", "07 10:02", named: 6);
        var orders = _timeline.Lands("orders", "07 10:03", named: 5);
        var reviews = _timeline.Lands("reviews", "07 10:04", named: 5);

        _timeline.At("07 10:04").Ready(5, orders, reviews).Superseded("its batch of 2022-09-05 is out of date", first, second);
    }

    [Theory]
    [InlineData("0001-01-01", TriggerKind.Complete)]
    [InlineData("0001-01-01", TriggerKind.Change)]
    [InlineData("1970-01-01", TriggerKind.Complete)]
    [InlineData("1970-01-01", TriggerKind.Marker)]
    [InlineData("2012-08-27", TriggerKind.Complete)]
    public void A_key_that_names_a_date_long_before_it_landed_is_held_and_begins_no_run(string date, TriggerKind when)
    {
        var timeline = new Timeline("orders{date}", when: when);
        var orders = timeline.LandsNamed("orders", date, "05 10:00");

        timeline.At("05 11:00").NothingReady()
            .Held($"its key names {date}, more than ten years before it landed", orders)
            .Held("Drop it again under the right key.", orders).NothingElse(1);
    }

    [Fact]
    public void What_is_held_for_its_date_is_not_put_aside_for_being_older_than_what_was_loaded()
    {
        _timeline.Ran(4);
        var orders = _timeline.LandsNamed("orders", "0001-01-01", "05 10:00");

        _timeline.At("05 11:00").NothingReady().Held("Drop it again under the right key.", orders).NothingElse(1);
    }

    [Fact]
    public void A_key_that_names_a_date_of_nine_years_ago_runs_as_it_says()
    {
        var timeline = new Timeline("orders{date}");
        var orders = timeline.LandsNamed("orders", "2013-09-05", "05 10:00");
        var latest = new DateOnly(2022, 9, 5).AddDays(-BatchPlanner.MostDaysBack);

        Assert.Equal(new DateOnly(2013, 9, 5), timeline.At("05 10:00").Ready(5, orders).NothingPutAside().Ready!.RunDate);
        Assert.Equal(new DateOnly(2012, 8, 28), latest);
    }

    [Fact]
    public void A_key_that_names_the_last_date_of_all_is_held()
    {
        var orders = _timeline.LandsNamed("orders", "9999-12-31", "05 10:00");

        _timeline.At("05 11:00").NothingReady().Held("later than the day after it landed", orders);
    }

    [Fact]
    public void An_empty_object_of_a_date_long_ago_is_put_aside()
    {
        var orders = _timeline.LandsNamed("orders", "0001-01-01", "05 10:00", size: 0);

        _timeline.At("05 11:00").NothingReady().Superseded("no set of 0001-01-01 is awaited", orders);
    }

    [Fact]
    public void A_feed_without_a_date_in_its_key_joins_the_batch_that_is_open()
    {
        var timeline = new Timeline("orders{date} reviews");
        var orders = timeline.Lands("orders", "06 02:00", named: 5);
        var reviews = timeline.Lands("reviews", "06 02:10");

        timeline.At("06 02:10").Ready(5, orders, reviews).NothingPutAside();
    }
}
