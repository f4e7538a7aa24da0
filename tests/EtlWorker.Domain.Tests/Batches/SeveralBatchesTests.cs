using EtlWorker.Domain.Runs;
using Xunit;

namespace EtlWorker.Domain.Tests.Batches;

public sealed class SeveralBatchesTests
{
    private readonly Timeline _timeline = new("orders reviews");

    [Fact]
    public void After_an_outage_the_newest_set_runs_and_the_older_are_superseded()
    {
        var first = _timeline.Lands("orders", "05 10:00");
        var second = _timeline.Lands("reviews", "05 10:00");
        var third = _timeline.Lands("orders", "06 10:00");
        var fourth = _timeline.Lands("reviews", "06 10:00");
        var orders = _timeline.Lands("orders", "07 10:00");
        var reviews = _timeline.Lands("reviews", "07 10:00");

        _timeline.At("07 12:00").Ready(7, orders, reviews)
            .Superseded("its batch of 2022-09-05 is out of date: the batch of 2022-09-07 is ready", first, second)
            .Superseded("its batch of 2022-09-06 is out of date: the batch of 2022-09-07 is ready", third, fourth);
    }

    [Fact]
    public void After_an_outage_an_older_set_runs_while_the_newest_is_still_partial()
    {
        var orders = _timeline.Lands("orders", "05 10:00");
        var reviews = _timeline.Lands("reviews", "05 10:00");
        _timeline.Lands("orders", "06 10:00");

        _timeline.At("06 12:00").Ready(5, orders, reviews).NothingPutAside();
    }

    [Fact]
    public void After_an_outage_a_partial_set_between_whole_ones_is_told_of_too()
    {
        var first = _timeline.Lands("orders", "05 10:00");
        var orders = _timeline.Lands("orders", "06 10:00");
        var reviews = _timeline.Lands("reviews", "06 10:00");

        _timeline.At("07 12:00").Ready(6, orders, reviews).Superseded("2022-09-05 closed incomplete; missing: reviews", first);
    }

    [Theory]
    [InlineData(RunState.Committed)]
    [InlineData(RunState.Succeeded)]
    public void A_batch_older_than_the_newest_loaded_date_is_superseded(RunState state)
    {
        _timeline.Ran(6, state);
        var orders = _timeline.Lands("orders", "05 10:00");
        var reviews = _timeline.Lands("reviews", "05 10:00");

        _timeline.At("06 12:00").NothingReady().Superseded("out of date: 2022-09-06 has been loaded", orders, reviews);
    }

    [Theory]
    [InlineData(RunState.Claimed)]
    [InlineData(RunState.Failed)]
    public void A_newer_date_that_was_not_loaded_makes_no_batch_out_of_date(RunState state)
    {
        _timeline.Ran(6, state);
        var orders = _timeline.Lands("orders", "05 10:00");
        var reviews = _timeline.Lands("reviews", "05 10:00");

        _timeline.At("06 12:00").Ready(5, orders, reviews).NothingPutAside();
    }

    [Fact]
    public void Older_runs_do_not_hinder_a_newer_batch()
    {
        _timeline.Ran(4);
        _timeline.Ran(3, RunState.Failed);
        var orders = _timeline.Lands("orders", "05 10:00");
        var reviews = _timeline.Lands("reviews", "05 10:00");

        _timeline.At("05 12:00").Ready(5, orders, reviews).NothingPutAside();
    }
}
