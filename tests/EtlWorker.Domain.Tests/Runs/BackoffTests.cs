using CsCheck;
using EtlWorker.Domain.Runs;
using Xunit;

namespace EtlWorker.Domain.Tests.Runs;

public sealed class BackoffTests
{
    private static readonly TimeSpan Second = TimeSpan.FromSeconds(1);

    [Fact]
    public void The_bound_doubles_up_to_the_limit()
    {
        var backoff = new Backoff(Second, TimeSpan.FromSeconds(10), new Fixed(0.5));

        Assert.Equal([0.55, 1.1, 2.2, 4.4, 5.5, 5.5], Waits(backoff, 6).Select(wait => wait.TotalSeconds));
    }

    [Theory]
    [InlineData(0.0, 0.1)]
    [InlineData(0.5, 0.55)]
    [InlineData(0.9999999, 0.9999999)]
    public void A_wait_lies_between_a_tenth_of_its_bound_and_its_bound(double random, double seconds) =>
        Assert.Equal(seconds, new Backoff(Second, Second, new Fixed(random)).Next().TotalSeconds, 6);

    [Fact]
    public void After_a_reset_the_first_bound_holds_again()
    {
        var backoff = new Backoff(Second, TimeSpan.FromMinutes(1), new Fixed(0.5));
        Waits(backoff, 5);

        backoff.Reset();

        Assert.Equal([0.55, 1.1], Waits(backoff, 2).Select(wait => wait.TotalSeconds));
    }

    [Fact]
    public void A_first_bound_beyond_the_limit_is_the_limit() =>
        Assert.Equal(5.5, new Backoff(TimeSpan.FromMinutes(1), TimeSpan.FromSeconds(10), new Fixed(0.5)).Next().TotalSeconds);

    [Fact]
    public void A_long_first_bound_may_double_for_ever() =>
        Assert.Equal(5.5, Waits(new Backoff(TimeSpan.FromHours(1), TimeSpan.FromHours(10), new Fixed(0.5)), 100)[^1].TotalHours);

    [Fact]
    public void However_often_it_is_asked_every_wait_lies_within_its_bounds() =>
        Gen.Select(Gen.Int[1, 600], Gen.Int[1, 100_000], Gen.Int).Sample((first, limit, seed) =>
        {
            var backoff = new Backoff(TimeSpan.FromSeconds(first), TimeSpan.FromSeconds(limit), new Random(seed));
            var bound = (double)first;
            foreach (var wait in Waits(backoff, 100))
            {
                Assert.InRange(wait.TotalSeconds, Math.Min(bound, limit) * 0.0999, Math.Min(bound, limit));
                bound *= 2;
            }
        });

    private static List<TimeSpan> Waits(Backoff backoff, int count) => [.. Enumerable.Range(0, count).Select(_ => backoff.Next())];

    private sealed class Fixed(double value) : Random
    {
        public override double NextDouble() => value;
    }
}
