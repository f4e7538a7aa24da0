using EtlWorker.Domain.Drops;
using EtlWorker.Domain.Pipelines;
using EtlWorker.Domain.Runs;
using Xunit;

namespace EtlWorker.Domain.Tests.Batches;

public sealed class OpenDayTests
{
    private readonly Timeline _timeline = new("orders reviews products?", failedDay: FailedDay.Open);
    private readonly Drop _orders;
    private readonly Drop _reviews;

    public OpenDayTests()
    {
        (_orders, _reviews) = (_timeline.Lands("orders", "05 10:00"), _timeline.Lands("reviews", "05 10:01"));
        _timeline.Ran(5, RunState.Failed, _orders, _reviews);
    }

    [Fact]
    public void A_failed_date_does_not_run_again_by_itself()
    {
        _timeline.At("05 10:02").NothingReady().NothingPutAside();
        _timeline.At("25 10:02").NothingReady().NothingPutAside();
    }

    [Fact]
    public void A_newer_drop_runs_a_failed_date_again_with_the_others_that_it_had()
    {
        var corrected = _timeline.Lands("orders", "05 11:00");

        _timeline.At("05 11:00").Ready(5, corrected, _reviews).NothingPutAside();
    }

    [Fact]
    public void A_newer_drop_joins_however_late_it_is_known_of()
    {
        var corrected = _timeline.Lands("reviews", "05 23:59");

        _timeline.At("09 11:00").Ready(5, _orders, corrected).NothingPutAside();
    }

    [Fact]
    public void What_lands_after_midnight_is_left_for_the_next_dates_set()
    {
        var corrected = _timeline.Lands("orders", "05 23:59");
        _timeline.Lands("reviews", "06 00:05");

        _timeline.At("06 00:05").Ready(5, corrected, _reviews).NothingPutAside();
    }

    [Fact]
    public void A_date_that_fails_again_waits_for_yet_another_drop()
    {
        var corrected = _timeline.Lands("orders", "05 11:00");
        _timeline.Apply(_timeline.At("05 11:00"), RunState.Failed);
        _timeline.At("05 11:01").NothingReady().NothingPutAside();
        Assert.Equal(DropDisposition.Superseded, _timeline.DispositionOf(_orders));
        var again = _timeline.Lands("reviews", "05 12:00");

        _timeline.Apply(_timeline.At("05 12:00").Ready(5, corrected, again));
        var after = _timeline.Lands("orders", "05 13:00");
        _timeline.At("05 13:00").NothingReady().Held("2022-09-05 already has its run (succeeded)", after);
    }

    [Fact]
    public void An_older_drop_known_of_late_is_no_news_and_is_told()
    {
        var older = _timeline.Lands("orders", "05 09:00");

        _timeline.At("05 11:00").NothingReady().Superseded("a newer drop of orders", older).NothingElse(1);
    }

    [Fact]
    public void An_optional_drop_is_no_news_but_joins()
    {
        var products = _timeline.Lands("products", "05 11:00");
        _timeline.At("05 11:00").NothingReady().NothingPutAside();
        var corrected = _timeline.Lands("orders", "05 12:00");

        _timeline.At("05 12:00").Ready(5, corrected, _reviews, products);
    }

    [Fact]
    public void An_optional_drop_that_its_run_failed_with_is_left_out()
    {
        _timeline.Ran(5, RunState.Failed, _orders, _reviews, _timeline.Lands("products", "05 10:00"));
        var corrected = _timeline.Lands("orders", "05 12:00");

        _timeline.At("05 12:00").Ready(5, corrected, _reviews);
    }

    [Fact]
    public void What_failed_does_not_complete_the_next_days_set()
    {
        var reviews = _timeline.Lands("reviews", "06 10:00");
        _timeline.At("06 10:00").NothingReady().NothingPutAside();
        var orders = _timeline.Lands("orders", "06 10:01");

        _timeline.At("06 10:01").Ready(6, orders, reviews).NothingPutAside();
    }

    [Fact]
    public void What_failed_does_not_complete_the_set_of_the_day_before()
    {
        var orders = _timeline.Lands("orders", "04 23:00");

        _timeline.At("05 10:30").NothingReady().NothingPutAside();
        _timeline.At("05 11:00").NothingReady().Superseded("2022-09-04 closed incomplete; missing: reviews", orders);
    }

    [Fact]
    public void A_failed_date_is_not_run_again_after_a_later_one_was_loaded()
    {
        _timeline.Ran(6);
        var corrected = _timeline.Lands("orders", "05 23:00");

        _timeline.At("06 11:00").NothingReady().Superseded("out of date: 2022-09-06 has been loaded", corrected);
    }

    [Fact]
    public void A_later_set_that_is_ready_goes_before_a_failed_date()
    {
        var corrected = _timeline.Lands("orders", "05 23:00");
        var (orders, reviews) = (_timeline.Lands("orders", "06 10:00"), _timeline.Lands("reviews", "06 10:00"));

        _timeline.At("06 10:00").Ready(6, orders, reviews).Superseded("the batch of 2022-09-06 is ready", corrected).NothingElse(1);
    }

    [Fact]
    public void A_failed_date_that_lacks_a_feed_by_now_is_told_when_its_new_drops_window_closes()
    {
        var timeline = new Timeline("orders reviews", failedDay: FailedDay.Open);
        timeline.Ran(5, RunState.Failed, timeline.Lands("orders", "05 10:00"));
        var corrected = timeline.Lands("orders", "05 20:00");

        timeline.At("06 07:59").NothingReady().NothingPutAside();
        timeline.At("06 08:00").NothingReady().Superseded("2022-09-05 closed incomplete; missing: reviews", corrected).NothingElse(1);
    }

    [Fact]
    public void Where_a_failure_closes_its_date_a_newer_drop_is_held()
    {
        var timeline = new Timeline("orders");
        timeline.Ran(5, RunState.Failed, timeline.Lands("orders", "05 10:00"));
        var corrected = timeline.Lands("orders", "05 11:00");

        timeline.At("05 11:00").NothingReady().Held("2022-09-05 already has its run (failed)", corrected);
    }

    [Fact]
    public void What_accumulates_is_loaded_again_with_what_landed_since()
    {
        var timeline = new Timeline("orders events+", failedDay: FailedDay.Open);
        var (orders, first, second) =
            (timeline.Lands("orders", "05 10:00"), timeline.Lands("events", "05 10:00"), timeline.Lands("events", "05 10:01"));
        timeline.Ran(5, RunState.Failed, orders, first, second);
        var corrected = timeline.Lands("orders", "05 11:00");

        timeline.At("05 11:00").Ready(5, corrected, first, second).NothingPutAside();
    }

    [Fact]
    public void Of_what_accumulates_an_older_drop_is_news_too()
    {
        var timeline = new Timeline("orders events+", failedDay: FailedDay.Open);
        var (orders, events) = (timeline.Lands("orders", "05 10:00"), timeline.Lands("events", "05 10:00"));
        timeline.Ran(5, RunState.Failed, orders, events);
        var older = timeline.Lands("events", "05 09:00");

        timeline.At("05 11:00").Ready(5, orders, older, events).NothingPutAside();
    }

    public sealed class WithMarkers
    {
        private readonly Timeline _timeline = new("orders reviews", when: TriggerKind.Marker, failedDay: FailedDay.Open);
        private readonly Drop _reviews;

        public WithMarkers()
        {
            _reviews = _timeline.Lands("reviews", "05 10:00");
            _timeline.Ran(5, RunState.Failed, _timeline.Lands("orders", "05 10:00"), _reviews, _timeline.Marks("05 10:30"));
        }

        [Fact]
        public void A_failed_date_runs_again_once_a_corrected_file_and_then_the_marker_have_landed()
        {
            var corrected = _timeline.Lands("orders", "05 11:00");
            _timeline.At("05 11:00").NothingReady().NothingPutAside();
            var marker = _timeline.Marks("05 11:05");

            _timeline.At("05 11:05").Ready(5, corrected, _reviews, marker).NothingPutAside();
        }

        [Fact]
        public void The_marker_that_failed_serves_no_file_known_of_late()
        {
            _timeline.Lands("orders", "05 10:20");

            _timeline.At("05 11:00").NothingReady().NothingPutAside();
        }

        [Fact]
        public void A_marker_with_nothing_new_runs_nothing_and_is_told_when_its_window_closes()
        {
            var marker = _timeline.Marks("05 11:05");

            _timeline.At("05 23:59").NothingReady().NothingPutAside();
            _timeline.At("06 00:00")
                .NothingReady().Superseded("2022-09-05 failed, and nothing newer has landed for it", marker).NothingElse(1);
        }

        [Fact]
        public void What_failed_does_not_complete_the_next_days_set()
        {
            _timeline.Lands("orders", "06 10:00");
            _timeline.Marks("06 10:05");

            _timeline.At("06 10:05").NothingReady().NothingPutAside();
        }
    }

    [Fact]
    public void A_marker_known_of_late_runs_a_failed_date_again_with_all_that_it_had()
    {
        var timeline = new Timeline("orders events+", when: TriggerKind.Marker, failedDay: FailedDay.Open);
        var events = timeline.Lands("events", "05 11:00");
        timeline.Ran(5, RunState.Failed, timeline.Lands("orders", "05 10:00"), events, timeline.Marks("05 11:05"));
        var (corrected, older, marker) =
            (timeline.Lands("orders", "05 10:10"), timeline.Lands("events", "05 10:10"), timeline.Marks("05 10:15"));

        timeline.Apply(timeline.At("05 12:00").Ready(5, corrected, older, events, marker).NothingPutAside());
    }

    public sealed class WithChanges
    {
        private readonly Timeline _timeline = new("orders reviews events+", when: TriggerKind.Change, failedDay: FailedDay.Open);
        private readonly Drop _reviews;
        private readonly Drop[] _events;

        public WithChanges()
        {
            _reviews = _timeline.Lands("reviews", "05 10:00");
            _events = [_timeline.Lands("events", "05 10:00"), _timeline.Lands("events", "05 10:01")];
            _timeline.Ran(5, RunState.Failed, [_timeline.Lands("orders", "05 10:00"), _reviews, .. _events]);
        }

        [Fact]
        public void A_newer_drop_runs_a_failed_date_again_with_all_that_it_had()
        {
            var corrected = _timeline.Lands("orders", "05 11:00");

            _timeline.At("05 11:05").Ready(5, corrected, _reviews, _events[0], _events[1]).Missing().NothingPutAside();
        }

        [Fact]
        public void An_older_drop_known_of_late_is_no_news_and_is_told()
        {
            var older = _timeline.Lands("orders", "05 09:00");

            _timeline.At("05 11:00").NothingReady().Superseded("a newer drop of orders", older).NothingElse(1);
        }
    }
}
