using EtlWorker.Domain.Pipelines;
using Xunit;

namespace EtlWorker.Domain.Tests.Pipelines;

public sealed class RejectLimitTests
{
    [Theory]
    [InlineData(0, 0, false)]
    [InlineData(0, 1, true)]
    [InlineData(100, 100, false)]
    [InlineData(100, 101, true)]
    public void More_than_the_most_is_over_the_limit_at_once(long max, long rejected, bool isOver) =>
        Assert.Equal(isOver, new RejectLimit { Max = max }.ExceededAtOnce(rejected));

    [Theory]
    [InlineData(100, 1.0, 0, 0, false)]
    [InlineData(100, 1.0, 0, 10, false)]
    [InlineData(100, 1.0, 1, 100, false)]
    [InlineData(100, 1.0, 1, 99, true)]
    [InlineData(100, 1.0, 100, 1_000_000, false)]
    [InlineData(100, 1.0, 101, 1_000_000, true)]
    [InlineData(100, 0.0, 1, 1_000_000_000, true)]
    [InlineData(100, 100.0, 50, 50, false)]
    public void At_the_end_the_share_of_the_rows_read_counts_too(long max, double maxPercent, long rejected, long read, bool isOver) =>
        Assert.Equal(isOver, new RejectLimit { Max = max, MaxPercent = maxPercent }.ExceededAtEnd(rejected, read));
}
