using EtlWorker.Domain.Drops;
using EtlWorker.Domain.Pipelines;
using Xunit;

namespace EtlWorker.Domain.Tests.Batches;

/// <summary>What the queue tells after the worker was away.</summary>
public sealed class BacklogTests
{
    private readonly Timeline _timeline = new("orders reviews");

    [Fact]
    public void Three_days_wait_until_the_queue_is_drained_and_then_the_newest_whole_set_runs()
    {
        var first = (_timeline.Lands("orders", "05 10:00"), _timeline.Lands("reviews", "05 10:00"));
        var (orders, reviews) = (_timeline.Lands("orders", "06 10:00"), _timeline.Lands("reviews", "06 10:00"));
        var last = _timeline.Lands("orders", "07 10:00");
        _timeline.At("07 12:00", heard: "05 09:00").NothingReady().NothingPutAside();

        _timeline.Apply(_timeline.At("07 12:00").Ready(6, orders, reviews)
            .Superseded("its batch of 2022-09-05 is out of date: the batch of 2022-09-06 is ready", first.Item1, first.Item2)
                .NothingElse(2));
        _timeline.At("07 12:05").NothingReady().NothingPutAside();
        var rest = _timeline.Lands("reviews", "07 12:10");
        _timeline.At("07 12:10").Ready(7, last, rest).NothingPutAside();
    }

    [Fact]
    public void A_day_told_in_pieces_is_not_called_incomplete_before_the_queue_is_drained()
    {
        var orders = _timeline.Lands("orders", "05 10:00");
        _timeline.At("07 12:00", heard: "05 23:59").NothingReady().NothingPutAside();
        var reviews = _timeline.Lands("reviews", "05 10:01");

        _timeline.At("07 12:00", heard: "07 11:59").Ready(5, orders, reviews);
    }

    [Fact]
    public void A_day_that_stays_incomplete_is_told_once_the_queue_has_told_its_window()
    {
        var orders = _timeline.Lands("orders", "05 10:00");

        _timeline.At("07 12:00", heard: "06 00:00").NothingReady().Superseded("2022-09-05 closed incomplete; missing: reviews", orders);
    }

    [Theory]
    [InlineData("05 10:05", true)]
    [InlineData("05 10:06", false)]
    public void A_set_whose_last_file_landed_just_now_is_no_backlog(string now, bool isReady)
    {
        _timeline.Lands("orders", "05 10:00");
        _timeline.Lands("reviews", "05 10:01");

        Assert.Equal(isReady, _timeline.At(now, heard: "01 00:00").Ready is not null);
    }

    [Theory]
    [InlineData("05 10:00", false)]
    [InlineData("05 10:01", true)]
    public void A_set_is_ready_once_the_queue_has_told_everything_up_to_its_last_file(string heard, bool isReady)
    {
        _timeline.Lands("orders", "05 10:00");
        _timeline.Lands("reviews", "05 10:01");

        Assert.Equal(isReady, _timeline.At("05 12:00", heard).Ready is not null);
    }

    [Fact]
    public void A_set_that_lands_now_does_not_wait_for_an_old_backlog_to_be_told()
    {
        var old = _timeline.Lands("orders", "05 10:00");
        var (orders, reviews) = (_timeline.Lands("orders", "07 10:00"), _timeline.Lands("reviews", "07 10:01"));

        _timeline.Apply(_timeline.At("07 10:02", heard: "01 00:00").Ready(7, orders, reviews).NothingPutAside());
        _timeline.At("07 10:03", heard: "01 00:00").NothingReady().Superseded("out of date: 2022-09-07 has been loaded", old);
    }

    [Fact]
    public void A_correction_of_a_set_that_is_known_of_late_joins_it()
    {
        var old = _timeline.Lands("orders", "05 10:00");
        var (reviews, orders) = (_timeline.Lands("reviews", "05 10:01"), _timeline.Lands("orders", "05 11:00"));

        _timeline.At("06 12:00").Ready(5, orders, reviews).Superseded("a newer drop of orders", old).NothingElse(1);
    }

    [Fact]
    public void Sets_with_markers_wait_for_the_queue_too()
    {
        var timeline = new Timeline("orders", when: TriggerKind.Marker);
        var (old, early) = (timeline.Lands("orders", "05 10:00"), timeline.Marks("05 10:01"));
        var (orders, marker) = (timeline.Lands("orders", "06 10:00"), timeline.Marks("06 10:01"));

        timeline.At("07 12:00", heard: "05 09:00").NothingReady().NothingPutAside();
        timeline.At("07 12:00")
            .Ready(6, orders, marker).Superseded("a newer drop of orders", old).Superseded("the batch of 2022-09-06 is ready", early);
    }

    [Fact]
    public void Changes_wait_for_the_queue_too()
    {
        var timeline = new Timeline("orders", when: TriggerKind.Change);
        var old = timeline.Lands("orders", "05 10:00");
        var orders = timeline.Lands("orders", "06 10:00");

        timeline.At("07 12:00", heard: "05 09:00").NothingReady().NothingPutAside();
        timeline.At("07 12:00").Ready(6, orders).Superseded("the batch of 2022-09-06 is ready", old);
    }

    [Fact]
    public void An_older_whole_set_that_is_not_known_out_gives_way_to_a_newer_one()
    {
        var old = new[] { _timeline.Lands("orders", "05 10:00"), _timeline.Lands("reviews", "05 10:00") };
        var (orders, reviews) = (_timeline.Lands("orders", "06 10:00"), _timeline.Lands("reviews", "06 10:00"));

        _timeline.At("06 10:01", heard: "05 09:00").Ready(6, orders, reviews).Superseded("the batch of 2022-09-06 is ready", old);
    }

    [Fact]
    public void A_second_set_of_a_date_that_is_not_known_out_is_held_once_the_first_has_run()
    {
        var timeline = new Timeline("orders{date} reviews{date}");
        var (orders, reviews) = (timeline.Lands("orders", "07 10:00", named: 5), timeline.Lands("reviews", "07 10:01", named: 5));
        timeline.Lands("orders", "07 10:02", named: 6);
        var second = new[] { timeline.Lands("orders", "07 11:00", named: 5), timeline.Lands("reviews", "07 11:00", named: 5) };

        timeline.Apply(timeline.At("07 12:00", heard: "07 10:30").Ready(5, orders, reviews).NothingPutAside());
        timeline.At("07 12:00").NothingReady().Held("2022-09-05 already has its run", second);
    }

    [Fact]
    public void What_came_before_the_rest_of_the_set_that_closed_an_incomplete_one_stays_with_it()
    {
        var timeline = new Timeline();
        var straggler = timeline.Lands("orders", "05 20:00");
        var reviews = timeline.Lands("reviews", "06 06:00");
        var orders = timeline.Lands("orders", "06 06:10");
        timeline.At("06 06:10")
            .NothingReady().Superseded("2022-09-05 closed incomplete; missing: reviews, shipments", straggler).NothingElse(1);
        var shipments = timeline.Lands("shipments", "06 06:20");

        timeline.At("06 06:20").Ready(6, orders, reviews, shipments).NothingElse(1);
    }

    [Fact]
    public void A_set_that_is_out_of_date_takes_no_later_file_along()
    {
        var timeline = new Timeline("orders reviews", span: "48:00");
        timeline.Ran(6);
        var lost = timeline.Lands("orders", "05 20:00");
        var reviews = timeline.Lands("reviews", "07 06:00");
        timeline.Apply(timeline.At("07 06:00").NothingReady().Superseded("out of date: 2022-09-06 has been loaded", lost).NothingElse(1));
        var orders = timeline.Lands("orders", "07 06:10");

        timeline.At("07 06:10").Ready(7, orders, reviews).NothingPutAside();
    }

    [Fact]
    public void A_drop_of_a_feed_that_the_definition_has_no_more_is_ignored()
    {
        var stray = _timeline.LandsFormerly("customers", "05 10:00");
        var (orders, reviews) = (_timeline.Lands("orders", "05 10:00"), _timeline.Lands("reviews", "05 10:00"));

        var disposal = Assert.Single(_timeline.At("05 10:00").Ready(5, orders, reviews).Disposals);
        Assert.Equal(
            (stray.Id, DropDisposition.Ignored, "the definition has no feed customers any more"),
            (disposal.Drop.Id, disposal.Disposition, disposal.Text()));
    }
}
