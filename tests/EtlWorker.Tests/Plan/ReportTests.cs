using System.Text;
using EtlWorker.Domain.Drops;
using EtlWorker.Domain.Pipelines;
using EtlWorker.Domain.Rows;
using EtlWorker.Domain.Runs;
using EtlWorker.Ledger.Runs;
using EtlWorker.Plan;
using EtlWorker.Tests.Notices;
using Xunit;

namespace EtlWorker.Tests.Plan;

/// <summary>The report of a dry run, as text, JSON and CSV.</summary>
public sealed class ReportTests : IDisposable
{
    private static readonly Drop Orders = new()
    {
        Id = 1,
        Feed = "orders",
        Bucket = "file:///data",
        Key = "in/orders.csv",
        Size = 4_711,
        EventTime = DateTimeOffset.UnixEpoch,
    };

    private readonly PlanJournal _journal = new();

    public void Dispose() => _journal.Dispose();

    [Fact]
    public async Task As_text_it_is_as_published()
    {
        await RefuseAsync();
        Snapshot.Matches("plan.txt", ReportText.Of(Report(), _journal));
    }

    [Fact]
    public async Task A_run_that_would_fail_is_told_with_stage_cause_and_remedy()
    {
        await RefuseAsync();
        var report = Report();
        report.Failures.Add(new PlannedFailure(RunStage.Load, "in/orders.csv", new Fault(
            FaultKind.Permanent, "feed orders: 3 of the 1,234 rows read were refused", "Correct the rows.")));
        report.Failures.Add(new PlannedFailure(RunStage.Check, null, new Fault(
            FaultKind.Permanent, "check none_twice found 1 row", "Look in the files.")));
        Snapshot.Matches("plan-failed.txt", ReportText.Of(report, _journal));
    }

    [Fact]
    public async Task As_JSON_it_is_as_published()
    {
        await RefuseAsync();
        await using var output = new MemoryStream();
        await ReportJson.WriteAsync(Report(), _journal, output, CancellationToken.None);
        Snapshot.Matches("plan.json", Encoding.UTF8.GetString(output.ToArray()));
    }

    [Fact]
    public async Task As_CSV_it_is_as_published()
    {
        await RefuseAsync();
        await using var output = new MemoryStream();
        await RejectCsv.WriteAsync(Report(), _journal, output, CancellationToken.None);
        Snapshot.Matches("plan.csv", Encoding.UTF8.GetString(output.ToArray()));
    }

    [Fact]
    public async Task All_rejects_are_kept_in_the_order_of_the_lines_and_the_text_lists_the_first()
    {
        await RefuseAsync(Enumerable.Range(1, 12_345).Reverse().Select(
            line => new Reject(line, "id", RejectCode.Integer, "not a whole number", $"{line},x")));

        Assert.Equal(Enumerable.Range(1, 12_345).Select(line => (long)line), _journal.RejectsOf(Orders).Select(reject => reject.Line));
        var text = ReportText.Of(Report(), _journal);
        Assert.Contains("... and 12,245 more: --csv and --json list all", text, StringComparison.Ordinal);
        Assert.DoesNotContain("101   id", text, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_file_that_is_read_again_has_the_rejects_of_the_last_time()
    {
        await RefuseAsync();
        await _journal.ForgetRejectsAsync(Stories.Run, Orders, CancellationToken.None);
        Assert.Empty(_journal.RejectsOf(Orders));

        await RefuseAsync([new Reject(9, null, RejectCode.ColumnCount, "the row has 3 fields, the header has 2", "1,2,3")]);

        Assert.Equal([9], _journal.RejectsOf(Orders).Select(reject => reject.Line));
    }

    private Task RefuseAsync() => RefuseAsync([
        new Reject(12, "placed_on", RejectCode.Date, "not a calendar date as yyyy-MM-dd", "2,\"23.11.2026\",x"),
        new Reject(3, null, RejectCode.ColumnCount, "the row has 1 field, the header has 2", "line\nbreak"),
    ]);

    private Task RefuseAsync(IEnumerable<Reject> rejects) => _journal.RecordRejectsAsync(
        Stories.Run, Orders, new RejectedFile("id,placed_on", 2), [.. rejects], CancellationToken.None);

    private static PlanReport Report()
    {
        var feed = new FeedDefinition { Name = "orders", Object = "in/orders.csv", Table = "staging.orders" };
        var check = new CheckDefinition { Name = "none_twice", Sql = "none_twice.sql", Severity = Severity.Warn };
        var analysis = new AnalysisDefinition { Name = "per_day", Sql = "per_day.sql", Table = "analytics.per_day" };
        var report = new PlanReport
        {
            Pipeline = "shop",
            RunDate = new DateOnly(2026, 11, 23),
            AsOf = new DateOnly(2026, 11, 22),
            Database = "127.0.0.1:5432/shop",
            Set = new PlannedSet([Orders], [], [("notes.txt", "no feed takes it")]),
        };
        report.Files.Add(new PlannedFile(Orders, feed, 4_711, 1_234, 1_232, 2, TimeSpan.FromSeconds(1.5), IsLoaded: true));
        report.Checks.Add(new PlannedCheck(
            check, new CheckFinding(check, 1, null, [new CheckRow("{\"id\":7}", false)]), TimeSpan.FromMilliseconds(20)));
        report.Results.Add(new PlannedResult(
            analysis, 7, ["day", "amount"], [["2026-11-22", "17.50"], ["2026-11-23", null]], TimeSpan.FromMilliseconds(80)));
        report.Exports.Add(new PlannedExport("out/shop/2026-11-23/per_day.csv", 7, 230));
        report.Exports.Add(new PlannedExport("rejected/shop/2026-11-23/orders.csv", 2, null));
        report.Stages.Add((RunStage.Load, TimeSpan.FromSeconds(1.6)));
        report.Stages.Add((RunStage.Check, TimeSpan.FromSeconds(0.02)));
        report.Warnings.Add("check none_twice found 1 row");
        return report;
    }
}
