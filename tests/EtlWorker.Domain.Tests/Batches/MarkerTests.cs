using EtlWorker.Domain.Drops;
using EtlWorker.Domain.Pipelines;
using EtlWorker.Domain.Runs;
using Xunit;

namespace EtlWorker.Domain.Tests.Batches;

public sealed class MarkerTests
{
    private readonly Timeline _timeline = new("orders reviews products?", when: TriggerKind.Marker);

    [Fact]
    public void A_marker_after_its_files_makes_them_a_batch_with_the_marker_last()
    {
        var reviews = _timeline.Lands("reviews", "05 10:00");
        var orders = _timeline.Lands("orders", "05 10:01");
        _timeline.At("05 10:01").NothingReady().NothingPutAside();
        var marker = _timeline.Marks("05 10:02");

        _timeline.At("05 10:02").Ready(5, orders, reviews, marker).NothingPutAside();
    }

    [Fact]
    public void Files_without_a_marker_wait_for_one_however_long()
    {
        _timeline.Lands("orders", "05 10:00");
        _timeline.Lands("reviews", "05 10:00");

        _timeline.At("25 10:00").NothingReady().NothingPutAside();
    }

    [Fact]
    public void A_file_of_the_same_instant_is_no_newer_than_its_marker()
    {
        var orders = _timeline.Lands("orders", "05 10:00");
        var reviews = _timeline.Lands("reviews", "05 10:00");
        var marker = _timeline.Marks("05 10:00");

        _timeline.At("05 10:00").Ready(5, orders, reviews, marker);
    }

    [Fact]
    public void A_file_newer_than_the_marker_is_left_for_the_next()
    {
        var orders = _timeline.Lands("orders", "05 10:00");
        var reviews = _timeline.Lands("reviews", "05 10:00");
        var marker = _timeline.Marks("05 10:05");
        _timeline.Lands("orders", "05 10:06");

        _timeline.At("05 10:06").Ready(5, orders, reviews, marker).NothingPutAside();
    }

    [Fact]
    public void Of_two_versions_before_the_marker_the_newer_is_taken()
    {
        var old = _timeline.Lands("orders", "05 09:00");
        var orders = _timeline.Lands("orders", "05 10:00");
        var reviews = _timeline.Lands("reviews", "05 10:00");
        var marker = _timeline.Marks("05 10:05");

        _timeline.At("05 10:05").Ready(5, orders, reviews, marker).Superseded("a newer drop of orders", old).NothingElse(1);
    }

    [Fact]
    public void The_date_is_the_markers()
    {
        var orders = _timeline.Lands("orders", "05 23:50");
        var reviews = _timeline.Lands("reviews", "05 23:55");
        var marker = _timeline.Marks("06 00:05");

        _timeline.At("06 00:05").Ready(6, orders, reviews, marker).NothingPutAside();
    }

    [Fact]
    public void Sets_around_midnight_get_one_run_a_night_where_the_day_starts_at_noon()
    {
        var timeline = new Timeline("orders reviews", dayStart: "12:00", when: TriggerKind.Marker);
        foreach (var day in new[] { 5, 6, 7 })
        {
            var orders = timeline.Lands("orders", $"{day:00} 23:50");
            var reviews = timeline.Lands("reviews", $"{day + 1:00} 00:05");
            var marker = timeline.Marks($"{day + 1:00} 00:10");

            timeline.Apply(timeline.At($"{day + 1:00} 00:10").Ready(day, orders, reviews, marker).NothingPutAside());
        }
    }

    [Fact]
    public void An_early_marker_waits_to_the_end_of_its_date_and_is_superseded_alone()
    {
        var marker = _timeline.Marks("05 10:00");
        _timeline.Lands("orders", "05 10:01");
        _timeline.Lands("reviews", "05 10:02");

        _timeline.At("05 23:59").NothingReady().NothingPutAside();
        _timeline.At("06 00:00").NothingReady().Superseded("2022-09-05 closed incomplete; missing: orders, reviews", marker).NothingElse(1);
    }

    [Fact]
    public void An_early_marker_that_lands_late_in_the_day_waits_for_its_span()
    {
        _timeline.Lands("orders", "05 19:00");
        var marker = _timeline.Marks("05 20:00");

        _timeline.At("06 07:59").NothingReady().NothingPutAside();
        _timeline.At("06 08:00").NothingReady().Superseded("missing: reviews", marker).NothingElse(1);
    }

    [Fact]
    public void The_files_of_a_marker_that_was_superseded_are_taken_by_the_next()
    {
        _timeline.Marks("05 10:00");
        var orders = _timeline.Lands("orders", "05 10:01");
        var reviews = _timeline.Lands("reviews", "05 10:02");
        _timeline.Apply(_timeline.At("06 00:00"));
        var marker = _timeline.Marks("06 09:00");

        _timeline.At("06 09:00").Ready(6, orders, reviews, marker).NothingPutAside();
    }

    [Fact]
    public void A_marker_written_again_after_its_files_supersedes_the_early_one()
    {
        var early = _timeline.Marks("05 10:00");
        var orders = _timeline.Lands("orders", "05 10:01");
        var reviews = _timeline.Lands("reviews", "05 10:02");
        var marker = _timeline.Marks("05 10:03");

        _timeline.At("05 10:03").Ready(5, orders, reviews, marker).Superseded("the batch of 2022-09-05 is ready", early).NothingElse(1);
    }

    [Fact]
    public void Of_several_ready_markers_the_newest_runs()
    {
        var oldOrders = _timeline.Lands("orders", "05 09:00");
        var reviews = _timeline.Lands("reviews", "05 09:00");
        var old = _timeline.Marks("05 10:00");
        var orders = _timeline.Lands("orders", "06 09:00");
        var marker = _timeline.Marks("06 10:00");

        _timeline.At("06 12:00").Ready(6, orders, reviews, marker)
            .Superseded("its batch of 2022-09-05 is out of date: the batch of 2022-09-06 is ready", old)
            .Superseded("a newer drop of orders", oldOrders).NothingElse(2);
    }

    [Fact]
    public void An_early_marker_of_the_day_before_waits_beside_a_ready_one_and_is_out_of_date_after_its_run()
    {
        var early = _timeline.Marks("05 20:00");
        var orders = _timeline.Lands("orders", "06 07:00");
        var reviews = _timeline.Lands("reviews", "06 07:00");
        var marker = _timeline.Marks("06 07:10");

        _timeline.Apply(_timeline.At("06 07:10").Ready(6, orders, reviews, marker).NothingPutAside());
        _timeline.At("06 07:20").NothingReady().Superseded("its batch of 2022-09-05 is out of date: 2022-09-06 has been loaded", early);
    }

    [Fact]
    public void A_marker_that_is_out_of_date_does_not_take_its_files_along()
    {
        _timeline.Ran(7);
        var orders = _timeline.Lands("orders", "06 10:00");
        var reviews = _timeline.Lands("reviews", "06 10:00");
        var late = _timeline.Marks("06 10:05");
        _timeline.Apply(_timeline.At("07 12:00").NothingReady().Superseded("out of date: 2022-09-07 has been loaded", late).NothingElse(1));
        var marker = _timeline.Marks("08 10:00");

        _timeline.At("08 10:00").Ready(8, orders, reviews, marker);
    }

    [Fact]
    public void A_marker_serves_once()
    {
        _timeline.Lands("orders", "05 10:00");
        _timeline.Lands("reviews", "05 10:00");
        _timeline.Marks("05 10:05");
        _timeline.Apply(_timeline.At("05 10:05"));
        _timeline.Lands("orders", "06 10:00");
        _timeline.Lands("reviews", "06 10:00");

        _timeline.At("06 10:05").NothingReady().NothingPutAside();
    }

    [Theory]
    [InlineData(RunState.Succeeded)]
    [InlineData(RunState.Failed)]
    public void A_marker_or_file_of_a_date_that_has_its_run_is_held(RunState state)
    {
        _timeline.Ran(5, state);
        var orders = _timeline.Lands("orders", "05 15:00");
        var reviews = _timeline.Lands("reviews", "05 15:00");
        var marker = _timeline.Marks("05 15:01");

        _timeline.At("05 15:01").NothingReady().Held("2022-09-05 already has its run", orders, reviews, marker).NothingElse(3);
    }

    [Fact]
    public void An_optional_file_joins_even_after_the_marker_and_is_not_awaited()
    {
        var orders = _timeline.Lands("orders", "05 10:00");
        var reviews = _timeline.Lands("reviews", "05 10:00");
        var old = _timeline.Lands("products", "04 10:00");
        var marker = _timeline.Marks("05 10:05");
        var products = _timeline.Lands("products", "05 10:06");

        _timeline.At("05 10:06").Ready(5, orders, reviews, products, marker).Superseded("a newer drop of products", old).NothingElse(1);
    }

    [Fact]
    public void A_marker_alone_runs_nothing_even_with_an_optional_file()
    {
        _timeline.Lands("products", "05 10:00");
        _timeline.Marks("05 10:05");

        _timeline.At("05 10:05").NothingReady().NothingPutAside();
    }

    [Fact]
    public void A_marker_of_a_pipeline_that_waits_for_none_any_more_is_ignored()
    {
        var timeline = new Timeline("orders");
        var marker = timeline.LandsFormerly(MarkerDefinition.LedgerName, "05 10:00");

        var disposal = Assert.Single(timeline.At("05 10:00").NothingReady().Disposals);
        Assert.Equal((marker.Id, DropDisposition.Ignored), (disposal.Drop.Id, disposal.Disposition));
    }
}
