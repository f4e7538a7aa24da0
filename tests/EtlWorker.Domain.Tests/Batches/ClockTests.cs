using EtlWorker.Domain.Pipelines;
using Xunit;

namespace EtlWorker.Domain.Tests.Batches;

/// <summary>The worker's clock is not S3's, and a date is not 24 hours.</summary>
public sealed class ClockTests
{
    private readonly Timeline _timeline = new("orders reviews");

    [Fact]
    public void A_whole_set_runs_by_a_clock_that_is_behind_its_drops()
    {
        var (orders, reviews) = (_timeline.Lands("orders", "05 10:00"), _timeline.Lands("reviews", "05 10:00"));

        _timeline.At("05 09:50").Ready(5, orders, reviews).NothingPutAside();
    }

    [Fact]
    public void The_date_is_the_drops_even_by_a_clock_that_shows_the_day_before()
    {
        var (orders, reviews) = (_timeline.Lands("orders", "06 00:02"), _timeline.Lands("reviews", "06 00:03"));

        _timeline.At("05 23:59").Ready(6, orders, reviews);
    }

    [Theory]
    [InlineData("05 23:59", "06 12:00")]
    [InlineData("06 12:00", "05 23:59")]
    public void Only_what_both_the_clock_and_the_queue_have_passed_is_incomplete(string now, string heard)
    {
        _timeline.Lands("orders", "05 10:00");

        _timeline.At(now, heard).NothingReady().NothingPutAside();
    }

    [Fact]
    public void A_clock_that_steps_back_undoes_nothing()
    {
        var orders = _timeline.Lands("orders", "05 10:00");
        _timeline.Apply(_timeline.At("06 00:00").Superseded("closed incomplete", orders));

        _timeline.At("05 12:00").NothingReady().NothingPutAside();
        var (next, reviews) = (_timeline.Lands("orders", "06 10:00"), _timeline.Lands("reviews", "06 10:00"));
        _timeline.At("05 12:00").Ready(6, next, reviews).NothingPutAside();
    }

    [Fact]
    public void A_change_waits_for_a_clock_that_is_behind()
    {
        var timeline = new Timeline("orders", when: TriggerKind.Change);
        var orders = timeline.Lands("orders", "05 10:00");

        timeline.At("05 09:00", heard: "05 11:00").NothingReady().NothingPutAside();
        timeline.At("05 10:05", heard: "05 11:00").Ready(5, orders);
    }

    [Fact]
    public void A_file_from_the_clocks_future_closes_no_window_before_its_time()
    {
        var old = _timeline.Lands("orders", "05 20:00");
        _timeline.Lands("orders", "06 02:00");

        _timeline.At("06 01:00").NothingReady().NothingPutAside();
        _timeline.At("06 02:00").NothingReady().Superseded("missing: reviews", old);
    }

    [Theory]
    [InlineData("Africa/Cairo", "2023-04", 27, "28 01:00")]
    [InlineData("America/Sao_Paulo", "2018-11", 3, "04 01:00")]
    [InlineData("Pacific/Apia", "2011-12", 29, "31 00:00")]
    [InlineData("Europe/London", "2022-03", 27, "28 00:00")]
    [InlineData("UTC", "2024-02", 28, "29 00:00")]
    public void A_partial_set_closes_at_the_end_of_its_date_whatever_its_midnight(string zone, string month, int day, string end)
    {
        var timeline = new Timeline("orders reviews", span: "01:00", zone: zone, month: month);
        var orders = timeline.Lands("orders", $"{day:00} 12:00");

        timeline.At($"{day:00} 23:59").NothingReady().NothingPutAside();
        timeline.At(end).NothingReady().Superseded($"{month}-{day:00} closed incomplete", orders);
    }

    [Theory]
    [InlineData("Africa/Cairo", "2023-04", 27, 28)]
    [InlineData("America/Sao_Paulo", "2018-11", 3, 4)]
    [InlineData("Pacific/Apia", "2011-12", 29, 31)]
    [InlineData("Europe/London", "2022-10", 30, 31)]
    [InlineData("UTC", "2024-02", 28, 29)]
    public void Two_dates_on_both_sides_of_a_change_each_have_their_run(string zone, string month, int day, int next)
    {
        var timeline = new Timeline("orders reviews", zone: zone, month: month);
        foreach (var date in new[] { day, next })
        {
            var (orders, reviews) = (timeline.Lands("orders", $"{date:00} 02:30"), timeline.Lands("reviews", $"{date:00} 23:30"));
            timeline.Apply(timeline.At($"{date:00} 23:30").Ready(date, orders, reviews).NothingPutAside());
            var second = timeline.Lands("orders", $"{date:00} 23:45");
            timeline.Apply(timeline.At($"{date:00} 23:45").NothingReady().Held("already has its run", second));
        }
    }

    [Fact]
    public void A_key_may_name_tomorrow_in_the_first_hour_of_a_day_with_25()
    {
        var timeline = new Timeline("orders{date}", dayStart: "12:00", zone: "Europe/London", month: "2022-10");
        var orders = timeline.Lands("orders", "30 00:30", named: 31);

        timeline.At("30 00:30").Ready(31, orders);
    }
}
