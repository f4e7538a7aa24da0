using EtlWorker.Domain.Drops;
using EtlWorker.Domain.Pipelines;
using EtlWorker.Domain.Runs;
using Xunit;

namespace EtlWorker.Domain.Tests.Batches;

public sealed class ChangeTests
{
    private readonly Timeline _timeline = new("orders reviews products?", when: TriggerKind.Change);

    [Fact]
    public void A_change_is_ready_once_nothing_has_dropped_for_the_time_to_settle()
    {
        var orders = _timeline.Lands("orders", "05 10:00");

        _timeline.At("05 10:04").NothingReady().NothingPutAside();
        _timeline.At("05 10:05").Ready(5, orders).Missing("reviews").NothingPutAside();
    }

    [Fact]
    public void A_further_drop_prolongs_the_wait()
    {
        var old = _timeline.Lands("orders", "05 10:00");
        var reviews = _timeline.Lands("reviews", "05 10:04");
        var orders = _timeline.Lands("orders", "05 10:08");

        _timeline.At("05 10:12").NothingReady().NothingPutAside();
        _timeline.At("05 10:13").Ready(5, orders, reviews).Missing().Superseded("a newer drop of orders", old).NothingElse(1);
    }

    [Fact]
    public void A_drop_just_after_the_time_to_settle_is_another_change()
    {
        var orders = _timeline.Lands("orders", "05 10:00");
        _timeline.Lands("reviews", "05 10:05");

        _timeline.At("05 10:06").Ready(5, orders).Missing("reviews").NothingPutAside();
    }

    [Fact]
    public void A_change_is_not_settled_before_the_queue_has_told_that_nothing_followed()
    {
        var orders = _timeline.Lands("orders", "05 10:00");

        _timeline.At("05 10:07", heard: "05 10:04").NothingReady().NothingPutAside();
        _timeline.At("05 10:07", heard: "05 10:05").Ready(5, orders);
    }

    [Fact]
    public void How_long_is_waited_counts_from_when_the_drop_was_known_of_whatever_S3_s_clock_says()
    {
        // S3's clock is ten minutes behind the database's.
        var orders = _timeline.IsHeardOf("orders", "05 10:00", heardOf: "05 10:10");

        _timeline.At("05 10:11").NothingReady().NothingPutAside();
        var reviews = _timeline.IsHeardOf("reviews", "05 10:01", heardOf: "05 10:12");
        _timeline.At("05 10:16").NothingReady().NothingPutAside();
        _timeline.At("05 10:17").Ready(5, orders, reviews).Missing();
    }

    [Fact]
    public void The_date_is_the_first_drops()
    {
        var orders = _timeline.Lands("orders", "05 23:58");
        var reviews = _timeline.Lands("reviews", "06 00:02");

        _timeline.At("06 00:10").Ready(5, orders, reviews);
    }

    [Theory]
    [InlineData(DropDisposition.Held)]
    [InlineData(DropDisposition.Failed)]
    [InlineData(DropDisposition.Superseded)]
    public void The_others_are_read_at_their_newest_version_whatever_became_of_it(DropDisposition disposition)
    {
        var old = _timeline.Lands("reviews", "03 10:00");
        var reviews = _timeline.Lands("reviews", "04 10:00");
        _timeline.Becomes(DropDisposition.Loaded, old);
        _timeline.Becomes(disposition, reviews);
        var orders = _timeline.Lands("orders", "05 10:00");

        _timeline.At("05 10:05").Ready(5, orders, reviews).Missing().NothingPutAside();
    }

    [Fact]
    public void What_is_loaded_already_is_left_out_and_not_missing()
    {
        _timeline.Ran(4, RunState.Succeeded, _timeline.Lands("reviews", "04 10:00"));
        var orders = _timeline.Lands("orders", "05 10:00");

        _timeline.At("05 10:05").Ready(5, orders).Missing();
    }

    [Fact]
    public void An_object_that_is_gone_is_missing()
    {
        _timeline.Becomes(DropDisposition.Gone, _timeline.Lands("reviews", "04 10:00"));
        var orders = _timeline.Lands("orders", "05 10:00");

        _timeline.At("05 10:05").Ready(5, orders).Missing("reviews");
    }

    [Fact]
    public void Sequencers_say_which_version_is_the_newest_whatever_their_times()
    {
        var newer = _timeline.Lands("orders", "05 10:00", sequencer: "0B");
        var older = _timeline.Lands("orders", "05 10:01", sequencer: "0A");

        _timeline.At("05 10:06").Ready(5, newer).Superseded("a newer drop of orders", older);
    }

    [Fact]
    public void Of_several_changes_the_newest_runs_and_takes_the_others_files_that_it_lacks()
    {
        var old = _timeline.Lands("orders", "05 09:00");
        var reviews = _timeline.Lands("reviews", "05 09:01");
        var orders = _timeline.Lands("orders", "06 10:00");

        _timeline.At("06 12:00").Ready(6, orders, reviews).Missing()
            .Superseded("its batch of 2022-09-05 is out of date: the batch of 2022-09-06 is ready", old).NothingElse(1);
    }

    [Fact]
    public void Of_two_settled_changes_on_one_day_the_later_runs()
    {
        var old = _timeline.Lands("orders", "05 09:00");
        var orders = _timeline.Lands("orders", "05 10:00");

        _timeline.At("05 10:05").Ready(5, orders).Superseded("its batch of 2022-09-05 is out of date", old).NothingElse(1);
    }

    [Fact]
    public void A_change_that_has_not_settled_is_held_once_the_one_before_it_has_run()
    {
        var orders = _timeline.Lands("orders", "05 10:00");
        var later = _timeline.Lands("orders", "05 10:20");
        _timeline.Apply(_timeline.At("05 10:22").Ready(5, orders).NothingPutAside());

        _timeline.At("05 10:25").NothingReady().Held("2022-09-05 already has its run", later).NothingElse(1);
    }

    [Fact]
    public void A_held_version_is_taken_by_the_next_days_change()
    {
        _timeline.Ran(5);
        var reviews = _timeline.Lands("reviews", "05 15:00");
        _timeline.Apply(_timeline.At("05 15:05").NothingReady().Held("2022-09-05 already has its run", reviews));
        var orders = _timeline.Lands("orders", "06 10:00");

        _timeline.Apply(_timeline.At("06 10:05").Ready(6, orders, reviews).Missing());
        _timeline.At("09 10:05").NothingReady().NothingPutAside();
    }

    [Fact]
    public void A_change_older_than_the_newest_loaded_date_is_superseded()
    {
        _timeline.Ran(6);
        var orders = _timeline.Lands("orders", "05 10:00");

        _timeline.At("06 12:00").NothingReady().Superseded("out of date: 2022-09-06 has been loaded", orders);
    }

    [Fact]
    public void A_version_that_landed_after_the_change_is_not_taken()
    {
        var orders = _timeline.Lands("orders", "05 10:00");
        _timeline.Becomes(DropDisposition.Held, _timeline.Lands("reviews", "05 10:01"));

        _timeline.At("05 10:30").Ready(5, orders).Missing("reviews");
    }

    [Fact]
    public void An_optional_drop_is_no_change_but_joins_one()
    {
        var products = _timeline.Lands("products", "04 10:00");
        _timeline.At("05 09:00").NothingReady().NothingPutAside();
        var orders = _timeline.Lands("orders", "05 10:00");

        _timeline.At("05 10:05").Ready(5, orders, products).Missing("reviews");
    }

    [Fact]
    public void What_accumulates_is_taken_whole_and_never_again()
    {
        var timeline = new Timeline("orders events+", when: TriggerKind.Change);
        var loaded = timeline.Lands("events", "04 08:00");
        timeline.Ran(4, RunState.Succeeded, loaded);
        var (held, late) = (timeline.Lands("events", "04 12:00"), timeline.Lands("events", "05 09:00"));
        timeline.Becomes(DropDisposition.Held, held);
        var orders = timeline.Lands("orders", "05 10:00");
        timeline.Apply(timeline.At("05 10:05").Ready(5, orders, held, late).Missing());
        var next = timeline.Lands("orders", "06 10:00");

        timeline.At("06 10:05").Ready(6, next).Missing();
    }

    [Fact]
    public void What_a_run_failed_with_is_not_added_by_the_next_change()
    {
        var timeline = new Timeline("orders events+", when: TriggerKind.Change);
        timeline.Ran(4, RunState.Failed, timeline.Lands("events", "04 08:00"));
        var orders = timeline.Lands("orders", "05 10:00");

        timeline.At("05 10:05").Ready(5, orders).Missing();
    }
}
