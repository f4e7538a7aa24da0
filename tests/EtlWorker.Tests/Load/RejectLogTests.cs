using EtlWorker.Domain.Drops;
using EtlWorker.Domain.Pipelines;
using EtlWorker.Domain.Rows;
using EtlWorker.Domain.Runs;
using EtlWorker.Ledger.Runs;
using EtlWorker.Load;
using EtlWorker.Tests.Notices;
using Xunit;

namespace EtlWorker.Tests.Load;

/// <summary>Counting, judging, and what is handed to the ledger.</summary>
public sealed class RejectLogTests
{
    private static readonly Reject Bad = new(7, "price", RejectCode.Integer, "not a whole number", "secret,row");
    private readonly List<Reject> _kept = [];
    private RejectedFile? _file;

    [Fact]
    public async Task As_many_as_allowed_are_no_reason_to_fail_and_one_more_is()
    {
        var log = LogWith(new RejectLimit { Max = 2, MaxPercent = 100 });
        log.Read = 1_234;
        await RefuseAsync(log, Bad, Bad with { Line = 8 });
        log.JudgeAtEnd();

        var atOnce = await Assert.ThrowsAsync<RunFailedException>(() => RefuseAsync(log, Bad with { Line = 9 }));

        Assert.Equal(3, log.Count);
        const string first = "the first at line 7, column price: not a whole number";
        foreach (var (failed, refused) in new[]
        {
            (atOnce, "more than 2 rows were refused, and the load stopped there: 1,234 rows had been read"),
            (Assert.Throws<RunFailedException>(log.JudgeAtEnd), "3 of the 1,234 rows read were refused, more than 2 rows"),
        })
        {
            Assert.Equal($"feed feed: {refused}; {first}", failed.Message);
            Assert.Contains("run_id = 42", failed.Fault.Remedy, StringComparison.Ordinal);
            Assert.DoesNotContain("secret", failed.ToString(), StringComparison.Ordinal);
        }
    }

    [Fact]
    public async Task A_share_is_judged_at_the_end_only()
    {
        var log = LogWith(new RejectLimit { Max = 100, MaxPercent = 1 });
        log.Read = 1;
        await RefuseAsync(log, Bad with { Column = null });
        log.Read = 100;
        log.JudgeAtEnd();
        log.Read = 99;

        var failed = Assert.Throws<RunFailedException>(log.JudgeAtEnd);

        Assert.Equal(
            "feed feed: 1 of the 99 rows read were refused, more than 1 % of the rows; the first at line 7: not a whole number",
            failed.Message);
    }

    [Fact]
    public async Task A_limit_of_nothing_fails_at_the_first_reject_and_not_before()
    {
        var log = LogWith(new RejectLimit { Max = 0 });
        log.JudgeAtEnd();

        await Assert.ThrowsAsync<RunFailedException>(() => RefuseAsync(log, Bad));
    }

    [Fact]
    public async Task Rows_that_a_quote_joined_count_each()
    {
        var log = LogWith(new RejectLimit { Max = 100 });

        await log.RefuseAsync(Bad, 40, CancellationToken.None);

        Assert.Equal(40, log.Count);
        await Assert.ThrowsAsync<RunFailedException>(async () => await log.RefuseAsync(Bad, 61, CancellationToken.None));
    }

    [Fact]
    public async Task Beyond_the_most_kept_rejects_are_counted_only()
    {
        var log = LogWith(new RejectLimit { Max = long.MaxValue });
        var file = new RejectedFile("id,price", 2);
        log.Begin(file);
        for (var number = 1; number < RejectLog.MostKept; number++)
        {
            await RefuseAsync(log, Bad with { Line = number });
        }

        Assert.True(log.Keeps);
        await RefuseAsync(log, Bad with { Line = RejectLog.MostKept });
        Assert.False(log.Keeps);
        await RefuseAsync(log, Bad);
        await log.FlushAsync(CancellationToken.None);

        Assert.Equal(RejectLog.MostKept + 1, log.Count);
        Assert.Equal(Enumerable.Range(1, RejectLog.MostKept).Select(line => (long)line), _kept.Select(reject => reject.Line));
        Assert.Equal(file, _file);
    }

    private static async Task RefuseAsync(RejectLog log, params Reject[] rejects)
    {
        foreach (var reject in rejects)
        {
            await log.RefuseAsync(reject, 1, CancellationToken.None);
        }
    }

    [Fact]
    public async Task Refused_rows_of_the_parts_before_count_and_a_share_is_judged_with_the_last_part()
    {
        var log = LogWith(new RejectLimit { Max = 3, MaxPercent = 10 }, new FeedTotals(90, 88, 2), isLast: false);
        log.Read = 2;
        await RefuseAsync(log, Bad);
        log.JudgeAtEnd();

        var atOnce = await Assert.ThrowsAsync<RunFailedException>(() => RefuseAsync(log, Bad with { Line = 8 }));
        Assert.StartsWith("feed feed: more than 3 rows of its 2 files were refused, and the load stopped there: 92 rows had been read; "
            + "the first at in/feed.csv, line 7", atOnce.Message, StringComparison.Ordinal);

        var last = LogWith(new RejectLimit { Max = 99, MaxPercent = 1 }, new FeedTotals(90, 88, 2), isLast: true);
        last.Read = 10;
        Assert.Contains("2 of the 100 rows read of its 2 files were refused, more than 1 % of the rows; the first is in a file before",
            Assert.Throws<RunFailedException>(last.JudgeAtEnd).Message, StringComparison.Ordinal);
    }

    private RejectLog LogWith(RejectLimit limit, FeedTotals before, bool isLast) =>
        LogOf(JobOf(limit) with { Before = before, Parts = 2, IsLast = isLast });

    private RejectLog LogWith(RejectLimit limit) => LogOf(JobOf(limit));

    private static FeedJob JobOf(RejectLimit limit)
    {
        var drop = new Drop { Id = 3, Feed = "feed", Bucket = "b", Key = "in/feed.csv", Size = 1, EventTime = DateTimeOffset.UnixEpoch };
        return new FeedJob(Stories.Run, LoadedCsv.Feed, drop, limit, FormerRows.None);
    }

    private RejectLog LogOf(FeedJob job) => new(job, (file, rejects, _) =>
    {
        _file = file;
        _kept.AddRange(rejects);
        return Task.CompletedTask;
    });
}
