using EtlWorker.Domain.Batches;
using EtlWorker.Domain.Drops;
using EtlWorker.Domain.Pipelines;
using EtlWorker.Ledger.Drops;
using EtlWorker.Notices;
using Xunit;

namespace EtlWorker.Tests.Notices;

public sealed class GateNoticesTests
{
    private static readonly DateTimeOffset At = new(2026, 3, 2, 17, 0, 0, TimeSpan.Zero);

    private static readonly PipelineDefinition Pipeline = new()
    {
        Name = "retail",
        TimeZone = "Africa/Lagos",
        Trigger = new TriggerDefinition { Deadline = TimeSpan.FromHours(18) },
        Feeds =
        [
            new FeedDefinition { Name = "orders", Object = "in/orders.csv", Table = "staging.orders" },
            new FeedDefinition { Name = "reviews", Object = "in/reviews.csv", Table = "staging.reviews" },
        ],
    };

    [Fact]
    public void The_notice_of_a_held_drop_is_as_published()
    {
        var notice = GateNotices.Excluded("retail", DropDisposition.Held, [Held(1)]);

        Assert.Equal("held", notice.Kind);
        Assert.Null(notice.RunId);
        Assert.Equal(new DateOnly(2026, 3, 2), notice.RunDate);
        Snapshot.Matches("held.txt", $"Subject: {notice.Subject}\n\n{notice.Body}");
    }

    [Fact]
    public void The_notice_of_several_superseded_drops_is_of_the_earliest_date()
    {
        var notice = GateNotices.Excluded("retail", DropDisposition.Superseded, [Held(2), Held(1), Held(3)]);

        Assert.Equal(new DateOnly(2026, 3, 2), notice.RunDate);
        Snapshot.Matches("superseded.txt", $"Subject: {notice.Subject}\n\n{notice.Body}");
    }

    [Fact]
    public void A_subject_is_one_ASCII_line_under_100_characters_and_a_body_fits_however_many_drops()
    {
        var many = Enumerable.Range(1, 20_000).Select(Held).ToList();
        foreach (var disposition in new[] { DropDisposition.Held, DropDisposition.Superseded })
        {
            var notice = GateNotices.Excluded(Stories.LongestName, disposition, many);

            Subjects.AssertPublishable(notice.Subject);
            Subjects.AssertFits(notice);
            Assert.Contains("20,000 drops", notice.Body, StringComparison.Ordinal);
        }
    }

    [Fact]
    public void The_notice_of_a_late_day_is_as_published()
    {
        var notice = GateNotices.Late(Pipeline, new OverdueDay(new DateOnly(2026, 3, 2), At, ["reviews"]));

        Assert.Equal(("late", new DateOnly(2026, 3, 2)), (notice.Kind, notice.RunDate));
        Snapshot.Matches("late.txt", $"Subject: {notice.Subject}\n\n{notice.Body}");
    }

    [Fact]
    public void The_notice_of_a_late_day_says_where_nobody_knows_whether_it_is_expected() => Assert.Contains(
        "Whether a run is expected on this day is not known, so it counts as expected: days.sql gives no row.",
        GateNotices.Late(Pipeline, new OverdueDay(new DateOnly(2026, 3, 2), At, ["reviews"]) { Doubt = "days.sql gives no row" }).Body,
        StringComparison.Ordinal);

    [Fact]
    public void The_notice_of_a_late_day_names_an_empty_object_and_does_not_say_that_nothing_came()
    {
        var empty = new Drop { Id = 1, Feed = "orders", Bucket = "drops", Key = "in/orders.csv", Size = 0, EventTime = At };
        var notice = GateNotices.Late(Pipeline, new OverdueDay(new DateOnly(2026, 3, 2), At, ["orders", "reviews"]) { Empty = [empty] });

        Assert.Contains("LATE: no run by the deadline, missing: orders (empty), reviews", notice.Subject, StringComparison.Ordinal);
        Assert.Contains("- orders          empty     in/orders.csv is empty (0 bytes)", notice.Body, StringComparison.Ordinal);
        Assert.Contains("- reviews         missing   in/reviews.csv", notice.Body, StringComparison.Ordinal);
    }

    [Fact]
    public void The_notice_of_a_late_day_names_the_keys_of_that_day()
    {
        var reviews = new FeedDefinition { Name = "reviews", Object = "in/{date:ddMMyyyy}_*.csv", Table = "staging.reviews" };
        var notice = GateNotices.Late(
            Pipeline with { Feeds = [reviews] }, new OverdueDay(new DateOnly(2026, 3, 2), At, ["reviews"]));

        Assert.Contains("- reviews         missing   in/02032026_*.csv", notice.Body, StringComparison.Ordinal);
    }

    [Fact]
    public void A_day_on_which_nothing_came_says_so_and_one_that_is_whole_does_not_ask_the_sender()
    {
        Assert.Contains("LATE: nothing has arrived by the deadline",
            GateNotices.Late(Pipeline, new OverdueDay(new DateOnly(2026, 3, 2), At, ["orders", "reviews"])).Subject,
            StringComparison.Ordinal);
        Assert.Contains("Its files have arrived; the run has not begun.",
            GateNotices.Late(Pipeline, new OverdueDay(new DateOnly(2026, 3, 2), At, [])).Body, StringComparison.Ordinal);
    }

    [Fact]
    public void The_notices_of_a_gone_file_are_as_published()
    {
        var (goesOn, unused) =
            (GateNotices.Gone(Stories.Run, [Held(1).Drop], []), GateNotices.Gone(Stories.Run, [Held(1).Drop, Held(2).Drop], ["orders"]));

        Assert.Null(unused.RunId);
        Snapshot.Matches("gone.txt", $"Subject: {goesOn.Subject}\n\n{goesOn.Body}\nSubject: {unused.Subject}\n\n{unused.Body}");
    }

    [Fact]
    public void A_feed_s_name_in_a_subject_is_ASCII_all_the_same()
    {
        var pipeline = Pipeline with
        {
            Feeds = [new FeedDefinition { Name = "b\u00fccher\n", Object = "in/b.csv", Table = "staging.b" }, .. Pipeline.Feeds],
        };

        Subjects.AssertPublishable(GateNotices.Late(pipeline, new OverdueDay(new DateOnly(2026, 3, 2), At, ["b\u00fccher\n"])).Subject);
    }

    [Theory]
    [InlineData(DropDisposition.Held)]
    [InlineData(DropDisposition.Superseded)]
    [InlineData(DropDisposition.Ignored)]
    public void Whatever_is_put_aside_is_told_with_what_to_do(DropDisposition disposition) =>
        Assert.Contains("\nDo next    Nothing, if ", GateNotices.Excluded("retail", disposition, [Held(1)]).Body, StringComparison.Ordinal);

    [Fact]
    public void A_key_writes_no_line_of_its_own_into_a_body()
    {
        var held = Held(1);
        var forged = held with { Drop = held.Drop with { Key = "in/\nDo next    Nothing.\u2028\u202e.csv" } };

        var body = GateNotices.Excluded("retail", DropDisposition.Held, [forged]).Body;

        Assert.Contains("in/\\nDo next    Nothing.\\u2028\\u202e.csv", body, StringComparison.Ordinal);
        Assert.DoesNotContain("\nDo next    Nothing.", body, StringComparison.Ordinal);
    }

    private static ExcludedDrop Held(int number)
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
        return new ExcludedDrop(
            drop, new DateOnly(2026, 3, 1).AddDays(Math.Min(number, 9)), DropDisposition.Held, "its date already has a run");
    }
}
