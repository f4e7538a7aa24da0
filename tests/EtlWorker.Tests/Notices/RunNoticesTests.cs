using EtlWorker.Domain.Batches;
using EtlWorker.Domain.Drops;
using EtlWorker.Domain.Pipelines;
using EtlWorker.Domain.Runs;
using EtlWorker.Ledger.Notices;
using EtlWorker.Ledger.Runs;
using EtlWorker.Notices;
using Xunit;

namespace EtlWorker.Tests.Notices;

public sealed class RunNoticesTests
{
    [Fact]
    public void The_notice_of_a_success_is_as_published()
    {
        var notice = RunNotices.Succeeded(
            Stories.Run with
            {
                Warnings = [
                    "check reviews_without_orders found 3 rows",
                    "orders: the file's column 'extra' is not in staging.orders and was left out",
                ],
            },
            Stories.Story,
            [new Answer("agg_shipments", [("tt_late_shipments", "175"), ("tt_undelivered_items", "6586")]), new Answer("empty", [])],
            [
                "s3://results/analytics_export/retail/agg_shipments.csv",
                "s3://results/analytics_export/retail/2026-03-01/agg_shipments.csv",
            ]);

        Snapshot.Matches("succeeded.txt", Published(notice));
    }

    [Fact]
    public void The_notice_of_a_success_at_a_later_attempt_with_nothing_to_add_is_as_published() =>
        Snapshot.Matches(
            "succeeded-plain.txt",
            Published(RunNotices.Succeeded(Stories.Run with { Attempt = 3 }, Stories.Story with { Rejects = [] }, [], [])));

    [Fact]
    public void The_rows_that_checks_found_are_counted_and_located()
    {
        var story = Stories.Nothing with
        {
            Checks =
            [
                new CheckStory("orders_outside_calendar", CheckVerdict.Failed, 1_234_567, 1000),
                new CheckStory("reviews_without_orders", CheckVerdict.Warned, 3, 3),
            ],
            CheckFiles = ["To look at: s3://results/rejected/retail/2026-03-01/checks/orders_outside_calendar.csv"],
        };

        Snapshot.Matches("failed-check-rows.txt", Published(RunNotices.Failed(
            Stories.Run with { State = RunState.Claimed }, story, RunStage.Check,
            "check orders_outside_calendar found 1,234,567 rows", "Correct them.", [])));
    }

    [Fact]
    public void A_stage_whose_end_was_not_recorded_did_not_take_no_time()
    {
        var story = Stories.Nothing with
        {
            Stages = [Stories.Stage(RunStage.Load, TimeSpan.FromSeconds(4.5)), Stories.Stage(RunStage.Commit, null)],
        };

        Assert.Contains(
            "Took       load 4.50 s, commit not finished (begun 07:05:09 UTC)", RunNotices.Succeeded(Stories.Run, story, [], []).Body,
            StringComparison.Ordinal);
    }

    [Fact]
    public void The_notice_of_a_failure_is_as_published() =>
        Snapshot.Matches("failed.txt", Published(RunNotices.Failed(
            Stories.Run with { Attempt = 2, State = RunState.Claimed }, Stories.Story with { Feeds = [] }, RunStage.Load,
            "feed orders: 101 of the 5,000 rows read were refused, more than 100 rows; "
                + "the first at line 101, column order_date: not a calendar date as yyyy-MM-dd",
            "Correct the rows (select * from etl.reject where run_id = 42) or raise \"rejects\" in the definition, "
                + "then drop the files again.",
            [])));

    [Fact]
    public void The_notice_of_a_load_that_failed_by_a_drop_that_a_newer_version_replaces_is_as_published() =>
        Snapshot.Matches("failed-suspect-gives-way.txt", Published(Failed(RunStage.Load, Suspect(17, "events", "in/e_1.csv",
            givesWay: true))));

    [Fact]
    public void The_notice_of_a_load_that_failed_by_a_drop_that_only_a_person_gets_rid_of_is_as_published() =>
        Snapshot.Matches("failed-suspect.txt", Published(Failed(RunStage.Load, Suspect(17, "events", "in/events.csv"))));

    [Fact]
    public void The_notice_of_a_failed_check_names_every_drop_that_may_hold_the_rows() =>
        Snapshot.Matches("failed-check.txt", Published(Failed(RunStage.Check, Suspect(17, "events", "in/e_1.csv"), Suspect(18, "stock",
            "in/stock.csv"))));

    [Fact]
    public void The_notice_of_a_retry_that_left_the_day_as_it_was_is_as_published()
    {
        var notice = RunNotices.RetryFailed(
            Stories.Run with { Attempt = 3, Reason = "corrected prices" }, Stories.Nothing, RunStage.Load, "what went wrong",
            "What corrects it.",
            []);

        Assert.Equal("failed", notice.Kind);
        Snapshot.Matches("failed-retry.txt", Published(notice));
    }

    [Fact]
    public void A_notice_lists_a_hundred_suspects_and_counts_the_others()
    {
        var body = Failed(RunStage.Check, [.. Enumerable.Range(1, 103).Select(id => Suspect(id, "events", $"in/e_{id}.csv"))]).Body;

        Assert.Contains("in/e_100.csv: etlworker discard 100 ", body, StringComparison.Ordinal);
        Assert.DoesNotContain("in/e_101.csv", body, StringComparison.Ordinal);
        Assert.Contains("- and 3 more:", body, StringComparison.Ordinal);
    }

    [Fact]
    public void Every_subject_is_one_ASCII_line_under_100_characters()
    {
        var run = Stories.Run with { Pipeline = Stories.LongestName, Id = long.MaxValue, Attempt = int.MaxValue };
        var huge = new RunStory
        {
            Feeds = [new FeedStory("f", "k", long.MaxValue, long.MaxValue - 1, 1_234_567_890_123, TimeSpan.MaxValue)],
            Stages = [],
            Rejects = [],
        };
        var notices = Enum.GetValues<RunStage>().Select(stage => RunNotices.Failed(run, Stories.Story, stage, "cause", "remedy", []))
            .Append(RunNotices.Succeeded(run, huge, [], []))
            .Append(RunNotices.Succeeded(run, Stories.Story, [], []));

        Assert.All(notices, notice =>
        {
            Subjects.AssertPublishable(notice.Subject);
            Assert.StartsWith($"[etlworker] {Stories.LongestName} 2026-03-01 ", notice.Subject, StringComparison.Ordinal);
        });
    }

    [Fact]
    public void A_subject_of_usual_length_is_whole() =>
        Assert.Equal("[etlworker] retail 2026-03-01 SUCCEEDED: 1,239,663 rows loaded, 3 refused",
            RunNotices.Succeeded(Stories.Run, Stories.Story, [], []).Subject);

    [Fact]
    public void The_run_is_named_in_the_notice_and_in_its_body()
    {
        foreach (var notice in new[] { RunNotices.Succeeded(Stories.Run, Stories.Story, [], []), RunNotices.Failed(Stories.Run,
            Stories.Nothing, RunStage.Check, "c", "r", []) })
        {
            Assert.Equal((42L, Stories.Run.RunDate, "retail"), (notice.RunId, notice.RunDate, notice.Pipeline));
            Assert.Contains("run_id = 42", notice.Body, StringComparison.Ordinal);
        }
    }

    [Fact]
    public void A_body_fits_into_a_message_of_SNS_however_much_there_is_to_tell()
    {
        var many = Enumerable.Range(0, 5_000).ToList();
        var notice = RunNotices.Succeeded(
            Stories.Run with { Warnings = [.. many.Select(number => $"warning {number} {new string('w', 100)}")] },
            Stories.Story,
            [.. many.Select(number => new Answer($"analysis {number}", [("column", new string('v', 1_000))]))],
            [.. many.Select(number => $"s3://results/{number}/{new string('k', 900)}")]);

        Subjects.AssertFits(notice);
        Subjects.AssertFits(RunNotices.Failed(Stories.Run, Stories.Story, RunStage.Load, new string('c', 300_000), "remedy", []));
    }

    private static Notice Failed(RunStage stage, params Suspect[] suspects) => RunNotices.Failed(
        Stories.Run with { State = RunState.Claimed }, Stories.Nothing, stage, "what went wrong", "What corrects it.", suspects);

    private static Suspect Suspect(long id, string feed, string key, bool givesWay = false) => new(
        new Drop
        {
            Id = id,
            Feed = feed,
            Bucket = "landing",
            Key = key,
            Size = 1,
            EventTime = new DateTimeOffset(2026, 3, 1, 7, 0, 0,
            TimeSpan.Zero)
        }, givesWay);

    private static string Published(Notice notice) => $"Subject: {notice.Subject}\n\n{notice.Body}";
}
