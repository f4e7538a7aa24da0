using EtlWorker.Domain.Drops;
using EtlWorker.Domain.Pipelines;
using EtlWorker.Domain.Runs;
using Xunit;

namespace EtlWorker.Domain.Tests.Batches;

/// <summary>The timelines that break the rules one would think of first.</summary>
public sealed class NaiveRulesTests
{
    private readonly Timeline _timeline = new();

    [Fact]
    public void A_correction_the_evening_before_does_not_count_for_the_next_days_set()
    {
        RunsOn(5);
        var correction = _timeline.Lands("orders", "05 20:00");
        _timeline.Apply(_timeline.At("05 20:00").NothingReady().Held("2022-09-05 already has its run", correction));
        var (shipments, reviews) = (_timeline.Lands("shipments", "06 06:00"), _timeline.Lands("reviews", "06 06:01"));
        _timeline.At("06 06:01").NothingReady().NothingPutAside();
        var orders = _timeline.Lands("orders", "06 06:02");

        _timeline.At("06 06:02").Ready(6, orders, reviews, shipments).NothingPutAside();
    }

    [Fact]
    public void One_file_13_hours_late_still_completes_its_date()
    {
        var (orders, reviews) = (_timeline.Lands("orders", "05 08:00"), _timeline.Lands("reviews", "05 08:01"));
        _timeline.At("05 20:30").NothingReady().NothingPutAside();
        var shipments = _timeline.Lands("shipments", "05 21:00");

        _timeline.At("05 21:00").Ready(5, orders, reviews, shipments).NothingPutAside();
    }

    [Fact]
    public void One_file_13_hours_late_in_the_next_date_completes_neither()
    {
        var (orders, reviews) = (_timeline.Lands("orders", "05 20:00"), _timeline.Lands("reviews", "05 20:01"));
        var shipments = _timeline.Lands("shipments", "06 09:00");
        _timeline.Apply(
            _timeline.At("06 09:00")
                .NothingReady().Superseded("2022-09-05 closed incomplete; missing: shipments", orders, reviews).NothingElse(2));

        _timeline.At("07 00:00").NothingReady().Superseded("2022-09-06 closed incomplete; missing: orders, reviews", shipments);
    }

    [Fact]
    public void Three_days_outage_with_the_last_day_partial_runs_the_second()
    {
        var first = Set(5);
        var second = Set(6);
        _timeline.Lands("orders", "07 10:00");

        _timeline.Apply(_timeline.At("07 12:00").Ready(6, second).Superseded("out of date", first).NothingElse(3));
        _timeline.At("07 12:00").NothingReady().NothingPutAside();
    }

    [Fact]
    public void Redelivery_after_midnight_gives_the_set_no_new_date()
    {
        var set = Set(5);

        _timeline.At("06 00:30").Ready(5, set).NothingPutAside();
        _timeline.Ran(5, RunState.Succeeded, set);
        _timeline.At("06 00:31").NothingReady().NothingPutAside();
    }

    [Fact]
    public void The_same_file_twice_while_the_run_loads_starts_no_second_run()
    {
        _timeline.Apply(Planned(5), RunState.Claimed);
        var again = _timeline.Lands("orders", "05 10:05");

        _timeline.At("05 10:05").NothingReady().Held("2022-09-05 already has its run (claimed)", again);
    }

    [Fact]
    public void A_marker_delivered_before_its_files_waits_for_them()
    {
        var timeline = new Timeline("orders reviews", when: TriggerKind.Marker);
        var marker = timeline.Marks("05 10:05");
        timeline.At("05 10:06").NothingReady().NothingPutAside();
        var (orders, reviews) = (timeline.Lands("orders", "05 10:00"), timeline.Lands("reviews", "05 10:01"));

        timeline.At("05 10:07").Ready(5, orders, reviews, marker).NothingPutAside();
    }

    [Fact]
    public void A_marker_written_before_its_files_does_not_take_yesterdays()
    {
        var timeline = new Timeline("orders reviews", when: TriggerKind.Marker);
        timeline.Ran(
            4, RunState.Succeeded, timeline.Lands("orders", "04 10:00"), timeline.Lands("reviews", "04 10:00"), timeline.Marks("04 10:05"));
        var marker = timeline.Marks("05 09:55");
        timeline.Lands("orders", "05 10:00");
        timeline.Lands("reviews", "05 10:01");

        timeline.At("05 10:01").NothingReady().NothingPutAside();
        timeline.At("06 00:00").NothingReady().Superseded("missing: orders, reviews", marker).NothingElse(1);
    }

    [Fact]
    public void Tomorrows_file_20_minutes_after_todays_run_makes_no_partial_set_of_tomorrow()
    {
        RunsOn(5);
        var early = _timeline.Lands("orders", "05 10:20");
        _timeline.Apply(_timeline.At("05 10:20").NothingReady().Held("2022-09-05 already has its run", early));
        var partial = new[] { _timeline.Lands("reviews", "06 10:00"), _timeline.Lands("shipments", "06 10:00") };

        _timeline.At("06 10:00").NothingReady().NothingPutAside();
        _timeline.At("07 00:00").NothingReady().Superseded("2022-09-06 closed incomplete; missing: orders", partial);
    }

    [Fact]
    public void Tomorrows_file_20_minutes_after_todays_run_is_tomorrows_where_its_key_says_so()
    {
        var timeline = new Timeline("orders{date} reviews{date}");
        timeline.Ran(
            5, RunState.Succeeded, timeline.Lands("orders", "05 10:00", named: 5), timeline.Lands("reviews", "05 10:00", named: 5));
        var orders = timeline.Lands("orders", "05 10:20", named: 6);
        timeline.At("05 10:20").NothingReady().NothingPutAside();
        var reviews = timeline.Lands("reviews", "06 10:00", named: 6);

        timeline.At("06 10:00").Ready(6, orders, reviews).NothingPutAside();
    }

    [Fact]
    public void A_set_begun_at_23_55_has_one_date_where_the_day_starts_at_noon()
    {
        var timeline = new Timeline("orders reviews", dayStart: "12:00");
        foreach (var day in new[] { 5, 6 })
        {
            var (orders, reviews) = (timeline.Lands("orders", $"{day:00} 23:55"), timeline.Lands("reviews", $"{day + 1:00} 00:10"));
            timeline.Apply(timeline.At($"{day + 1:00} 00:10").Ready(day, orders, reviews).NothingPutAside());
            var correction = timeline.Lands("orders", $"{day + 1:00} 09:00");
            timeline.Apply(timeline.At($"{day + 1:00} 09:00").NothingReady().Held($"2022-09-{day:00} already has its run", correction));
        }
    }

    [Fact]
    public void A_lost_event_found_after_the_next_days_run_is_told_and_undoes_nothing()
    {
        _timeline.Apply(_timeline.At("06 00:00").NothingReady());
        RunsOn(6);
        var lost = _timeline.Lands("orders", "05 10:00");

        _timeline.Apply(
            _timeline.At("06 12:00").NothingReady().Superseded("its batch of 2022-09-05 is out of date: 2022-09-06 has been loaded", lost));
        _timeline.Apply(Planned(7).NothingPutAside());
    }

    [Fact]
    public void Nothing_at_all_by_the_deadline_is_told()
    {
        var timeline = new Timeline(deadline: "18:00");
        timeline.At("05 18:00").NothingReady().NothingPutAside();

        Assert.Equal(["05 at 05 18:00: orders,reviews,shipments"], timeline.Overdue("05 17:59", "05 18:00"));
    }

    private Drop[] Set(int day) =>
        [_timeline.Lands("orders", $"{day:00} 10:00"), _timeline.Lands("reviews", $"{day:00} 10:00"), _timeline.Lands(
            "shipments", $"{day:00} 10:00")];

    private Domain.Batches.BatchDecision Planned(int day)
    {
        var set = Set(day);
        return _timeline.At($"{day:00} 10:00").Ready(day, set);
    }

    private void RunsOn(int day) => _timeline.Apply(Planned(day));
}
