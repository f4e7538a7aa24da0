using System.Globalization;
using System.Text;
using EtlWorker.Domain.Rows;
using EtlWorker.Domain.Text;
using EtlWorker.Ledger;
using EtlWorker.Ledger.Runs;

namespace EtlWorker.Plan;

/// <summary>The report of a dry run for a person at a terminal.</summary>
internal static class ReportText
{
    /// <summary>Rejects of a file that the table lists; JSON and CSV list all.</summary>
    public const int MostRejects = 100;

    private const int MostOthers = 20;
    private const int WidestCell = 60;

    /// <param name="report">What a run would have done.</param>
    /// <param name="journal">Has the rejects.</param>
    public static string Of(PlanReport report, PlanJournal journal)
    {
        var text = new StringBuilder();
        var (date, asOf) = (report.RunDate, report.AsOf);
        Line(text, $"Pipeline {report.Pipeline}, run date {date:yyyy-MM-dd}, as of {asOf:yyyy-MM-dd}, on {report.Database}");
        AppendTable(text, "Files", ["file", "feed", "table", "mode", "read", "loaded", "rejected", "seconds"],
            report.Files.Select(file => new[]
            {
                file.Drop.Key, file.Feed.Name, file.Feed.Table, EnumText.Of(file.Feed.Mode), Number(file.Read),
                file.IsLoaded ? Number(file.Loaded) : "-", Number(file.Rejected), Seconds(file.Took),
            }));
        AppendTable(text, "Files that are not loaded", ["file", "why"],
            report.Set.NotTaken.Take(MostOthers).Select(other => new[] { other.File, other.Reason }),
            report.Set.NotTaken.Count - MostOthers);
        foreach (var file in report.Files)
        {
            AppendTable(text, $"Rejects of {file.Drop.Key}", ["line", "column", "code", "reason"],
                journal.RejectsOf(file.Drop).Take(MostRejects).Select(reject => new[]
                {
                    reject.Line.ToString(CultureInfo.InvariantCulture), reject.Column ?? "-", reject.Code.Name(), reject.Reason,
                }),
                journal.CountOf(file.Drop) - MostRejects, "--csv and --json list all");
        }

        AppendTable(text, "Checks", ["check", "verdict", "rows found", "seconds"],
            report.Checks.Select(check => new[]
            {
                check.Check.Name, check.Finding is { } finding ? EnumText.Of(finding.Verdict) : "-",
                check.Finding is { } of ? Number(of.Found) : "failed", Seconds(check.Took),
            }));
        foreach (var finding in report.Checks.Select(check => check.Finding).OfType<CheckFinding>())
        {
            AppendTable(text, $"First rows that {finding.Check.Name} found", ["row"],
                finding.Rows.Take(MostOthers).Select(row => new[] { row.IsCut ? $"{row.Content}..." : row.Content }),
                finding.Rows.Count == 0 ? 0 : finding.Found - MostOthers, $"--json lists the first {CheckRow.MostKept:N0}");
        }

        AppendTable(text, "Analyses", ["analysis", "table", "rows", "seconds"],
            report.Results.Select(result => new[]
            {
                result.Analysis.Name, result.Analysis.Table, result.Rows is { } rows ? Number(rows) : "failed", Seconds(result.Took),
            }));
        foreach (var result in report.Results)
        {
            AppendTable(text, $"First rows of {result.Analysis.Name}", [.. result.Columns],
                result.First.Select(row => row.Select(value => value ?? "null").ToArray()), (result.Rows ?? 0) - result.First.Count);
        }

        AppendTable(text, "Objects that would be written", ["key", "rows", "bytes"],
            report.Exports.Select(export => new[]
            {
                export.Key, Number(export.Rows), export.Bytes is { } bytes ? Number(bytes) : "-",
            }));
        AppendTable(text, "Time", ["stage", "seconds"],
            report.Stages.Select(stage => new[] { EnumText.Of(stage.Stage), Seconds(stage.Took) }));
        AppendLines(text, "Warnings", report.Warnings);
        AppendVerdict(text, report);
        return text.ToString();
    }

    /// <summary>Whether a run would succeed; else at which stage it would fail, of what, and what to do.</summary>
    public static void AppendVerdict(StringBuilder text, PlanReport report)
    {
        text.AppendLine();
        if (report.Succeeds)
        {
            text.AppendLine("A run would succeed. All of it was rolled back.");
            return;
        }

        Line(text, $"A run would fail at stage {EnumText.Of(report.Failures[0].Stage)}. All of it was rolled back.");
        foreach (var failure in report.Failures)
        {
            Line(text, $"- Stage {EnumText.Of(failure.Stage)}: {failure.Fault.Advice}");
        }

        if (report.Files.Any(file => !file.IsLoaded))
        {
            text.AppendLine("Checks and analyses were not run, since a file could not be loaded. "
                + "Rows of other files that refer to its rows may be rejected for that alone.");
        }
        else
        {
            text.AppendLine("What follows the first failure was tried all the same.");
        }
    }

    private static void AppendTable(
        StringBuilder text, string title, string[] header, IEnumerable<string[]> rows, long more = 0, string hint = "")
    {
        var cells = rows.Select(row => row.Select(Cell).ToArray()).ToList();
        if (cells.Count == 0)
        {
            return;
        }

        cells.Insert(0, [.. header.Select(Cell)]);
        var widths = header.Select((_, column) => cells.Max(row => row[column].Length)).ToArray();
        text.AppendLine().AppendLine(Escaped.Line(title));
        foreach (var row in cells)
        {
            text.AppendLine($"  {string.Join("  ", row.Select((cell, column) => cell.PadRight(widths[column])))}".TrimEnd());
        }

        if (more > 0)
        {
            Line(text, $"  ... and {more:N0} more{(hint.Length > 0 ? $": {hint}" : "")}");
        }
    }

    private static void AppendLines(StringBuilder text, string title, List<string> lines)
    {
        if (lines.Count > 0)
        {
            text.AppendLine().AppendLine(title);
            text.AppendLine(string.Join(Environment.NewLine, lines.Select(line => $"- {Escaped.Line(line)}")));
        }
    }

    private static void Line(StringBuilder text, FormattableString line) =>
        text.AppendLine(Escaped.Line(line.ToString(CultureInfo.InvariantCulture)));

    /// <summary>The last column is as wide as it is; a value of a result may be a book.</summary>
    private static string Cell(string value) => Escaped.Line(value) is { Length: > WidestCell * 3 } wide
        ? wide[..(WidestCell * 3)] + "..."
        : Escaped.Line(value);

    private static string Number(long value) => value.ToString("N0", CultureInfo.InvariantCulture);

    private static string Seconds(TimeSpan took) => took.TotalSeconds.ToString("0.00", CultureInfo.InvariantCulture);
}
