using EtlWorker.Domain.Pipelines;
using EtlWorker.Domain.Rows;
using EtlWorker.Domain.Runs;
using EtlWorker.Ledger;
using EtlWorker.Load;
using EtlWorker.Storage;
using EtlWorker.Tests.Notify;
using Microsoft.Extensions.Time.Testing;
using Xunit;

namespace EtlWorker.Tests.Load;

/// <summary>Counting and judging; what reaches the ledger is the integration tests'.</summary>
public sealed class RejectLogTests : IAsyncDisposable
{
    private static readonly Reject Bad = new(7, "price", RejectCode.Integer, "not a whole number", "secret,row");
    private readonly Database _database = new(new DatabaseOptions("Host=127.0.0.1;Database=none", null));

    public ValueTask DisposeAsync() => _database.DisposeAsync();

    [Fact]
    public void As_many_as_allowed_are_no_reason_to_fail_and_one_more_is()
    {
        var log = LogWith(new RejectLimit { Max = 2, MaxPercent = 100 });
        log.Add(Bad);
        log.Add(Bad with { Line = 8 });
        log.JudgeAtOnce(10);
        log.JudgeAtEnd(10);

        log.Add(Bad with { Line = 9 });

        Assert.Equal(3, log.Count);
        foreach (var judge in new[] { log.JudgeAtOnce, (Action<long>)log.JudgeAtEnd })
        {
            var failed = Assert.Throws<RunFailedException>(() => judge(1_234));
            Assert.Equal("feed feed: 3 of the 1,234 rows read were refused, more than 2 rows; the first at line 7, column price: not a whole number", failed.Message);
            Assert.Contains("run_id = 42", failed.Remedy, StringComparison.Ordinal);
            Assert.DoesNotContain("secret", failed.ToString(), StringComparison.Ordinal);
        }
    }

    [Fact]
    public void A_share_is_judged_at_the_end_only()
    {
        var log = LogWith(new RejectLimit { Max = 100, MaxPercent = 1 });
        log.Add(Bad with { Column = null });
        log.JudgeAtOnce(1);
        log.JudgeAtEnd(100);

        var failed = Assert.Throws<RunFailedException>(() => log.JudgeAtEnd(99));

        Assert.Equal("feed feed: 1 of the 99 rows read were refused, more than 1 % of the rows; the first at line 7: not a whole number", failed.Message);
    }

    [Fact]
    public void A_limit_of_nothing_fails_at_the_first_reject_and_not_before()
    {
        var log = LogWith(new RejectLimit { Max = 0 });
        log.JudgeAtOnce(5);
        log.JudgeAtEnd(0);

        log.Add(Bad);

        Assert.Throws<RunFailedException>(() => log.JudgeAtOnce(6));
    }

    [Fact]
    public void Beyond_the_most_kept_rejects_are_counted_only()
    {
        var log = LogWith(new RejectLimit { Max = long.MaxValue });
        for (var number = 1; number < RejectLog.MostKept; number++)
        {
            log.Add(Bad);
        }

        Assert.True(log.Keeps);
        log.Add(Bad);
        Assert.False(log.Keeps);
        log.Add(Bad);
        Assert.Equal(RejectLog.MostKept + 1, log.Count);
    }

    private RejectLog LogWith(RejectLimit limit) => new(new RunJournal(_database, new FakeTimeProvider()), Stories.Run, LoadedCsv.Feed, limit);
}
