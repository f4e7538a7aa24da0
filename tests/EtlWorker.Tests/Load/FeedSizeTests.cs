using EtlWorker.Domain.Drops;
using EtlWorker.Domain.Pipelines;
using EtlWorker.Domain.Runs;
using EtlWorker.Ledger.Runs;
using EtlWorker.Load;
using EtlWorker.Tests.Notices;
using Xunit;

namespace EtlWorker.Tests.Load;

public sealed class FeedSizeTests
{
    private static readonly FeedDefinition Banded = LoadedCsv.Feed with { Volume = new VolumeBand { MinPercent = 50, MaxPercent = 200 } };
    private static readonly FormerRows Four = new([100, 90, 110, 100], 0);

    [Fact]
    public void A_run_outside_of_the_band_fails_with_rows_band_median_and_runs()
    {
        var failure = Assert.Throws<RunFailedException>(() => FeedSize.Judge(JobOf(Banded, Four), 201));

        Assert.Equal(
            "in/feed.csv has 201 good rows, 201 % of 100, the median of the last 4 runs; "
            + "the volume of feed feed may be 50 to 200 % of it", failure.Message);
        Assert.Contains("widen \"volume\"", failure.Fault.Remedy, StringComparison.Ordinal);
        Assert.True(failure.Fault.IsOfContents);
        Assert.Empty(FeedSize.Judge(JobOf(Banded, Four), 200));
        Assert.Throws<RunFailedException>(() => FeedSize.Judge(JobOf(Banded with { MaxShrinkPercent = 100 }, Four), 49));
    }

    [Fact]
    public void A_band_that_warns_fails_nothing()
    {
        var feed = Banded with { Volume = new VolumeBand { MaxPercent = 150, Severity = Severity.Warn } };

        Assert.Equal(
            ["in/feed.csv has 1,000 good rows, 1,000 % of 100, the median of the last 4 runs; "
                + "the volume of feed feed may be at most 150 % of it"],
            FeedSize.Judge(JobOf(feed, Four), 1_000));
    }

    [Fact]
    public void A_feed_with_two_earlier_runs_is_not_compared() =>
        Assert.Empty(FeedSize.Judge(JobOf(Banded, new FormerRows([10, 10], 0)), 1_000));

    [Fact]
    public void An_optional_feed_that_came_is_compared_and_its_zero_rows_are_too_few()
    {
        var optional = Banded with { Required = false };
        Assert.Contains(
            "has 0 good rows, 0 % of 100", Assert.Throws<RunFailedException>(() => FeedSize.Judge(JobOf(optional, Four), 0)).Message,
            StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(LoadMode.Replace)]
    [InlineData(LoadMode.Append)]
    [InlineData(LoadMode.Merge)]
    public void More_rows_than_may_be_fail_the_run_in_each_mode(LoadMode mode)
    {
        var feed = LoadedCsv.Feed with { Mode = mode, MaxRows = 10 };

        Assert.Equal(
            "in/feed.csv has 11 good rows; feed feed may have 10 at most",
            Assert.Throws<RunFailedException>(() => FeedSize.Judge(JobOf(feed, FormerRows.None), 11)).Message);
        Assert.Empty(FeedSize.Judge(JobOf(feed, FormerRows.None), 10));
    }

    [Fact]
    public void Several_files_are_judged_once_by_their_sum_and_none_of_them_is_at_fault()
    {
        var feed = LoadedCsv.Feed with { Mode = LoadMode.Append, MaxRows = 10 };
        var first = JobOf(feed, FormerRows.None) with { Files = 2, IsLastFile = false };
        Assert.Empty(FeedSize.Judge(first, 11));

        var failure = Assert.Throws<RunFailedException>(
            () => FeedSize.Judge(first with { IsLastFile = true, LoadedBefore = 8 }, 3));

        Assert.StartsWith("the 2 files of feed feed together have 11 good rows;", failure.Message, StringComparison.Ordinal);
        Assert.False(failure.Fault.IsOfContents);
    }

    [Fact]
    public void What_a_retry_appends_counts_with_what_its_date_has_and_what_it_merges_does_not()
    {
        var former = Four with { OfDate = 100 };
        Assert.Empty(FeedSize.Judge(JobOf(Banded with { Mode = LoadMode.Append }, former), 5));
        Assert.Empty(FeedSize.Judge(JobOf(Banded with { Mode = LoadMode.Merge }, former), 5));
        Assert.Empty(FeedSize.Judge(JobOf(Banded with { Mode = LoadMode.Merge }, former), 120));

        Assert.Contains(
            "in/feed.csv has 220 good rows with what 2026-03-01 had loaded before, 220 % of 100",
            Assert.Throws<RunFailedException>(() => FeedSize.Judge(JobOf(Banded with { Mode = LoadMode.Append }, former), 120)).Message,
            StringComparison.Ordinal);
    }

    /// <summary>After a day that failed its files are loaded with the next one's: twice as much is as usual, then.</summary>
    [Fact]
    public void The_files_of_two_dates_may_have_twice_as_many_rows()
    {
        var feed = Banded with { Mode = LoadMode.Append, MaxRows = 150 };
        var job = JobOf(feed, Four) with { Files = 2, Dates = 2, LoadedBefore = 110 };
        Assert.Empty(FeedSize.Judge(job, 100));

        Assert.Equal(
            "the 2 files of feed feed together have 310 good rows; feed feed may have 150 at most, for each of the 2 dates",
            Assert.Throws<RunFailedException>(() => FeedSize.Judge(job, 200)).Message);
        // One of the dates may have had a late line or two.
        Assert.Empty(FeedSize.Judge(job with { LoadedBefore = 1 }, 50));
        Assert.Contains(
            "401 good rows, 401 % of 100, the median of the last 4 runs, for each of the 2 dates;",
            Assert.Throws<RunFailedException>(
                () => FeedSize.Judge(job with { Feed = feed with { MaxRows = 1_000 } }, 291)).Message, StringComparison.Ordinal);
    }

    private static FeedJob JobOf(FeedDefinition feed, FormerRows former)
    {
        var drop = new Drop { Id = 3, Feed = "feed", Bucket = "b", Key = "in/feed.csv", Size = 1, EventTime = DateTimeOffset.UnixEpoch };
        return new FeedJob(Stories.Run, feed, drop, new RejectLimit(), former);
    }
}
