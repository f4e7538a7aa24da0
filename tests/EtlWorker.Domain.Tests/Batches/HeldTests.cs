using EtlWorker.Domain.Runs;
using Xunit;

namespace EtlWorker.Domain.Tests.Batches;

public sealed class HeldTests
{
    private readonly Timeline _timeline = new("orders reviews products?");

    [Theory]
    [InlineData(RunState.Claimed, "claimed")]
    [InlineData(RunState.Committed, "committed")]
    [InlineData(RunState.Succeeded, "succeeded")]
    [InlineData(RunState.Failed, "failed")]
    public void A_drop_of_a_date_that_has_its_run_is_held_whatever_became_of_the_run(RunState state, string word)
    {
        _timeline.Ran(5, state);
        var orders = _timeline.Lands("orders", "05 15:00");

        _timeline.At("05 15:00").NothingReady().Held($"2022-09-05 already has its run ({word}); a second drop of orders", orders);
    }

    [Fact]
    public void A_second_whole_set_on_the_same_day_is_held()
    {
        _timeline.Ran(5);
        var orders = _timeline.Lands("orders", "05 15:00");
        var reviews = _timeline.Lands("reviews", "05 15:01");

        var decision = _timeline.At("05 15:01").NothingReady().Held("already has its run", orders, reviews);
        Assert.All(decision.Disposals, disposal => Assert.Equal(Timeline.Day(5), disposal.Date));
    }

    [Fact]
    public void Held_drops_do_not_keep_the_next_days_set_from_running()
    {
        _timeline.Ran(5, RunState.Failed);
        var late = _timeline.Lands("orders", "05 23:50");
        var orders = _timeline.Lands("orders", "06 10:00");
        var reviews = _timeline.Lands("reviews", "06 10:01");

        _timeline.At("06 10:01").Ready(6, orders, reviews).Held("2022-09-05", late);
    }

    [Fact]
    public void An_optional_drop_is_never_held()
    {
        _timeline.Ran(5);
        _timeline.Lands("products", "05 15:00");

        _timeline.At("05 15:00").NothingReady().NothingPutAside();
        _timeline.At("30 00:00").NothingReady().NothingPutAside();
    }

    [Fact]
    public void A_run_of_another_date_holds_nothing()
    {
        _timeline.Ran(4);
        var orders = _timeline.Lands("orders", "05 10:00");
        var reviews = _timeline.Lands("reviews", "05 10:00");

        _timeline.At("05 10:00").Ready(5, orders, reviews).NothingPutAside();
    }
}
