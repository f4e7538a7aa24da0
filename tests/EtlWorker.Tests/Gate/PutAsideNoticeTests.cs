using EtlWorker.Domain.Batches;
using EtlWorker.Domain.Drops;
using EtlWorker.Gate;
using EtlWorker.Tests.Notify;
using Xunit;

namespace EtlWorker.Tests.Gate;

public sealed class PutAsideNoticeTests
{
    [Fact]
    public void The_notice_of_a_held_drop_is_as_published()
    {
        var notice = PutAsideNotice.Of("retail", DropDisposition.Held, [Held(1)]);

        Assert.Equal("held", notice.Kind);
        Assert.Null(notice.RunId);
        Assert.Equal(new DateOnly(2026, 3, 2), notice.RunDate);
        Snapshot.Matches("held.txt", $"Subject: {notice.Subject}\n\n{notice.Body}");
    }

    [Fact]
    public void The_notice_of_several_superseded_drops_is_of_the_earliest_date()
    {
        var notice = PutAsideNotice.Of("retail", DropDisposition.Superseded, [Held(2), Held(1), Held(3)]);

        Assert.Equal(new DateOnly(2026, 3, 2), notice.RunDate);
        Snapshot.Matches("superseded.txt", $"Subject: {notice.Subject}\n\n{notice.Body}");
    }

    [Fact]
    public void A_subject_is_one_ASCII_line_under_100_characters_and_a_body_fits_however_many_drops()
    {
        var many = Enumerable.Range(1, 20_000).Select(Held).ToList();
        foreach (var disposition in new[] { DropDisposition.Held, DropDisposition.Superseded })
        {
            var notice = PutAsideNotice.Of(Stories.LongestName, disposition, many);

            Subjects.AssertPublishable(notice.Subject);
            Subjects.AssertFits(notice);
            Assert.Contains("20,000 drops", notice.Body, StringComparison.Ordinal);
        }
    }

    private static Disposal Held(int number)
    {
        var drop = new Drop
        {
            Id = number,
            Feed = "orders",
            Bucket = "landing",
            Key = $"orders_data/{number}.csv",
            Size = 10,
            EventTime = new DateTimeOffset(2026, 3, 2, 1, 30, 5, TimeSpan.FromHours(1)),
        };
        return new Disposal(drop, new DateOnly(2026, 3, 1).AddDays(Math.Min(number, 9)), DropDisposition.Held, "its date already has a run");
    }
}
