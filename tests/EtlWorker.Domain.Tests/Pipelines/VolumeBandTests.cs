using EtlWorker.Domain.Pipelines;
using Xunit;

namespace EtlWorker.Domain.Tests.Pipelines;

public sealed class VolumeBandTests
{
    [Theory]
    [InlineData(new long[] { 3, 1, 2 }, 2)]
    [InlineData(new long[] { 4, 1, 3, 2 }, 2.5)]
    [InlineData(new long[] { 100, 100, 100, 1_000_000 }, 100)]
    [InlineData(new long[] { 0, 0, 1, 1 }, 0.5)]
    [InlineData(new long[] { long.MaxValue / 4, long.MaxValue / 4, long.MaxValue / 4 }, long.MaxValue / 4)]
    public void The_median_is_the_middle_or_between_the_two_in_the_middle(long[] runs, double median) =>
        Assert.Equal(median, VolumeBand.MedianOf(runs));

    [Theory]
    [InlineData(new long[] { })]
    [InlineData(new long[] { 5, 5 })]
    [InlineData(new long[] { 0, 0, 0, 7 })]
    public void With_too_few_runs_or_none_with_rows_there_is_nothing_to_compare_with(long[] runs) =>
        Assert.Null(VolumeBand.MedianOf(runs));

    [Theory]
    [InlineData(50, true)]
    [InlineData(49, false)]
    [InlineData(0, false)]
    [InlineData(200, true)]
    [InlineData(201, false)]
    public void Its_ends_are_within_the_band(long rows, bool holds) =>
        Assert.Equal(holds, new VolumeBand { MinPercent = 50, MaxPercent = 200 }.Holds(rows, 100));

    [Fact]
    public void An_end_that_is_not_said_is_open()
    {
        Assert.True(new VolumeBand { MinPercent = 50 }.Holds(long.MaxValue, 1));
        Assert.True(new VolumeBand { MaxPercent = 150 }.Holds(0, 1_000));
    }
}
