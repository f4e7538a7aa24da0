using EtlWorker.Domain.Pipelines;
using EtlWorker.Domain.Runs;
using Xunit;

namespace EtlWorker.Domain.Tests.Batches;

public sealed class DeadlineTests
{
    private readonly Timeline _timeline = new("orders reviews products?", deadline: "18:00");

    [Fact]
    public void Nothing_at_all_by_the_deadline_names_every_required_feed() =>
        Assert.Equal(["05 at 05 18:00: orders,reviews"], _timeline.Overdue("05 17:00", "05 18:00"));

    [Fact]
    public void Only_the_feeds_without_a_drop_of_that_date_are_named()
    {
        _timeline.Lands("orders", "05 10:00");
        _timeline.Lands("reviews", "04 10:00");
        _timeline.Lands("reviews", "06 10:00");

        Assert.Equal(["05 at 05 18:00: reviews"], _timeline.Overdue("05 17:00", "05 18:00"));
    }

    [Theory]
    [InlineData("05 17:00", "05 17:59", 0)]
    [InlineData("05 17:59", "05 18:00", 1)]
    [InlineData("05 18:00", "05 18:01", 0)]
    [InlineData("05 18:00", "05 18:00", 0)]
    [InlineData("05 19:00", "05 17:00", 0)]
    [InlineData("09 19:00", "05 17:00", 0)]
    public void A_deadline_counts_in_the_time_that_ends_with_it(string after, string until, int overdue) =>
        Assert.Equal(overdue, _timeline.Overdue(after, until).Length);

    [Fact]
    public void A_drop_counts_for_the_date_that_its_key_names()
    {
        var timeline = new Timeline("orders{date} reviews{date}", deadline: "18:00");
        timeline.Lands("orders", "05 17:00", named: 5);
        timeline.Lands("reviews", "05 17:00", named: 6);

        Assert.Equal(["05 at 05 18:00: reviews", "06 at 06 18:00: orders"], timeline.Overdue("05 17:00", "06 18:00"));
    }

    [Theory]
    [InlineData(RunState.Claimed)]
    [InlineData(RunState.Failed)]
    [InlineData(RunState.Succeeded)]
    public void A_date_that_has_its_run_is_not_overdue(RunState state)
    {
        _timeline.Ran(5, state);

        Assert.Empty(_timeline.Overdue("05 17:00", "05 18:00"));
    }

    [Fact]
    public void Days_off_are_not_expected()
    {
        // 3 and 4 September 2022 are Saturday and Sunday.
        var timeline = new Timeline("orders", deadline: "18:00", days: "12345");

        Assert.Equal(["02 at 02 18:00: orders", "05 at 05 18:00: orders"], timeline.Overdue("02 00:00", "05 20:00"));
    }

    [Fact]
    public void Without_a_deadline_nothing_is_overdue() => Assert.Empty(new Timeline().Overdue("01 00:00", "29 00:00"));

    [Fact]
    public void Days_missed_while_the_worker_was_away_are_each_named()
    {
        _timeline.Ran(6);
        _timeline.Lands("orders", "07 10:00");

        Assert.Equal(
            ["05 at 05 18:00: orders,reviews", "07 at 07 18:00: reviews", "08 at 08 18:00: orders,reviews"],
            _timeline.Overdue("04 18:00", "08 23:00"));
    }

    [Fact]
    public void A_deadline_before_the_days_start_lies_in_the_next_morning()
    {
        var timeline = new Timeline("orders reviews", dayStart: "12:00", deadline: "09:00");
        timeline.Lands("orders", "05 23:55");

        Assert.Equal(["05 at 06 09:00: reviews"], timeline.Overdue("06 08:59", "06 09:00"));
    }

    [Fact]
    public void A_deadline_at_the_days_start_is_its_first_instant()
    {
        var timeline = new Timeline("orders", dayStart: "12:00", deadline: "12:00");

        Assert.Equal(["05 at 05 12:00: orders"], timeline.Overdue("05 11:59", "05 12:00"));
    }

    [Fact]
    public void A_marker_that_has_not_come_is_named()
    {
        var timeline = new Timeline("orders products?", when: TriggerKind.Marker, deadline: "18:00");
        timeline.Lands("orders", "05 10:00");
        timeline.LandsFormerly("customers", "05 10:00");

        Assert.Equal(["05 at 05 18:00: (marker)"], timeline.Overdue("05 17:00", "05 18:00"));
        timeline.Marks("05 10:05");
        Assert.Equal(["05 at 05 18:00: "], timeline.Overdue("05 17:00", "05 18:00"));
    }

    [Theory]
    [InlineData("Europe/London", "2022-03", "00:00", "01:30", 27, "27 at 27 02:00")]          // gap
    [InlineData("Europe/London", "2022-10", "00:00", "01:30", 30, "30 at 30 01:30")]          // overlap: the first
    [InlineData("Europe/London", "2022-10", "01:30", "01:45", 30, "30 at 30 01:45")]          // after it the clocks show the 29th again
    [InlineData("Africa/Cairo", "2023-04", "00:00", "00:00", 28, "28 at 28 01:00")]           // midnight skipped
    [InlineData("Africa/Cairo", "2023-04", "00:30", "00:15", 27, "27 at 28 01:00")]           // the date after its own
    [InlineData("Africa/Cairo", "2023-10", "00:00", "23:30", 26, "26 at 26 23:30")]
    [InlineData("America/Sao_Paulo", "2018-11", "00:00", "00:30", 4, "04 at 04 01:00")]
    [InlineData("America/Sao_Paulo", "2018-02", "00:00", "23:30", 17, "17 at 17 23:30")]
    [InlineData("Pacific/Apia", "2011-12", "00:00", "18:00", 29, "29 at 29 18:00")]
    [InlineData("Pacific/Apia", "2011-12", "00:00", "18:00", 30, null)]                       // never was
    [InlineData("Pacific/Apia", "2011-12", "00:00", "18:00", 31, "31 at 31 18:00")]
    [InlineData("Pacific/Apia", "2011-12", "12:00", "09:00", 29, "29 at 31 00:00")]
    [InlineData("Pacific/Apia", "2011-12", "12:00", "09:00", 30, "30 at 31 09:00")]
    [InlineData("UTC", "2024-02", "00:00", "18:00", 29, "29 at 29 18:00")]
    public void Each_date_is_told_once_whatever_its_clocks_do(
        string zone, string month, string dayStart, string deadline, int day, string? told)
    {
        var timeline = new Timeline("orders", dayStart: dayStart, deadline: deadline, zone: zone, month: month);

        var overdue = timeline.OverdueInSteps(TimeSpan.FromMinutes(20))
            .Where(text => text.StartsWith($"{day:00} ", StringComparison.Ordinal));
        Assert.Equal(told is null ? [] : [told + ": orders"], overdue);
    }
}
