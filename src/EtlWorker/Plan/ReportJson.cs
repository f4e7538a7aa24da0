using System.Globalization;
using System.Text.Encodings.Web;
using System.Text.Json;
using EtlWorker.Domain.Pipelines;
using EtlWorker.Domain.Rows;
using EtlWorker.Ledger;

namespace EtlWorker.Plan;

/// <summary>The report of a dry run as one JSON object, with every reject. Written as it is read: there may be very many.</summary>
internal static class ReportJson
{
    private const int FlushBytes = 1 << 16;

    private static readonly JsonWriterOptions Options = new() { Indented = true, Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping };

    /// <param name="report">What a run would have done.</param>
    /// <param name="journal">Has the rejects.</param>
    /// <param name="output">Takes UTF-8; left open.</param>
    /// <param name="cancellationToken">Ends the writing.</param>
    public static async Task WriteAsync(PlanReport report, PlanJournal journal, Stream output, CancellationToken cancellationToken)
    {
        await using var json = new Utf8JsonWriter(output, Options);
        json.WriteStartObject();
        json.WriteString("pipeline", report.Pipeline);
        json.WriteString("runDate", Date(report.RunDate));
        json.WriteString("asOf", Date(report.AsOf));
        json.WriteString("database", report.Database);
        json.WriteBoolean("succeeds", report.Succeeds);
        WriteList(json, "failures", report.Failures, failure =>
        {
            json.WriteString("stage", EnumText.Of(failure.Stage));
            json.WriteString("file", failure.File);
            json.WriteString("cause", failure.Fault.Cause);
            json.WriteString("remedy", failure.Fault.Remedy);
        });
        WriteTexts(json, "missing", report.Set.Missing);
        WriteList(json, "files", report.Files, file => WriteFile(json, file));
        WriteList(json, "notLoaded", report.Set.NotTaken, other =>
        {
            json.WriteString("file", other.File);
            json.WriteString("reason", other.Reason);
        });
        WriteList(json, "checks", report.Checks, check =>
        {
            json.WriteString("name", check.Check.Name);
            json.WriteString("severity", EnumText.Of(check.Check.LimitOf(CheckVerdict.Failed) is null ? Severity.Warn : Severity.Fail));
            json.WriteString("verdict", check.Finding is { } finding ? EnumText.Of(finding.Verdict) : null);
            WriteNumber(json, "rows", check.Finding?.Found);
            WriteNumber(json, "of", check.Finding?.Of);
            WriteSeconds(json, check.Took);
            // JSON as text: one that is cut is none.
            WriteTexts(json, "first", check.Finding?.Rows.Select(row => row.Content) ?? []);
        });
        WriteList(json, "analyses", report.Results, result => WriteResult(json, result));
        WriteList(json, "exports", report.Exports, export =>
        {
            json.WriteString("key", export.Key);
            json.WriteNumber("rows", export.Rows);
            WriteNumber(json, "bytes", export.Bytes);
        });
        WriteList(json, "stages", report.Stages, stage =>
        {
            json.WriteString("stage", EnumText.Of(stage.Stage));
            WriteSeconds(json, stage.Took);
        });
        WriteTexts(json, "warnings", report.Warnings);
        await WriteRejectsAsync(json, report, journal, cancellationToken);
        json.WriteEndObject();
        await json.FlushAsync(cancellationToken);
        output.WriteByte((byte)'\n');
    }

    private static void WriteFile(Utf8JsonWriter json, PlannedFile file)
    {
        json.WriteString("file", file.Drop.Key);
        json.WriteString("feed", file.Feed.Name);
        json.WriteString("table", file.Feed.Table);
        json.WriteString("mode", EnumText.Of(file.Feed.Mode));
        json.WriteBoolean("loads", file.IsLoaded);
        json.WriteNumber("bytes", file.Bytes);
        json.WriteNumber("rowsRead", file.Read);
        json.WriteNumber("rowsLoaded", file.Loaded);
        json.WriteNumber("rowsRejected", file.Rejected);
        WriteSeconds(json, file.Took);
    }

    private static void WriteResult(Utf8JsonWriter json, PlannedResult result)
    {
        json.WriteString("name", result.Analysis.Name);
        json.WriteString("table", result.Analysis.Table);
        WriteNumber(json, "rows", result.Rows);
        WriteSeconds(json, result.Took);
        WriteTexts(json, "columns", result.Columns);
        json.WriteStartArray("first");
        foreach (var row in result.First)
        {
            json.WriteStartArray();
            foreach (var value in row)
            {
                json.WriteStringValue(value);
            }

            json.WriteEndArray();
        }

        json.WriteEndArray();
    }

    private static async Task WriteRejectsAsync(
        Utf8JsonWriter json, PlanReport report, PlanJournal journal, CancellationToken cancellationToken)
    {
        json.WriteStartArray("rejects");
        foreach (var file in report.Files)
        {
            foreach (var reject in journal.RejectsOf(file.Drop))
            {
                json.WriteStartObject();
                json.WriteString("file", file.Drop.Key);
                json.WriteString("feed", file.Feed.Name);
                json.WriteNumber("line", reject.Line);
                json.WriteString("column", reject.Column);
                json.WriteString("code", reject.Code.Name());
                json.WriteString("reason", reject.Reason);
                json.WriteString("row", reject.RawText);
                json.WriteEndObject();
                if (json.BytesPending > FlushBytes)
                {
                    await json.FlushAsync(cancellationToken);
                }
            }
        }

        json.WriteEndArray();
    }

    private static void WriteList<T>(Utf8JsonWriter json, string name, IEnumerable<T> items, Action<T> write)
    {
        json.WriteStartArray(name);
        foreach (var item in items)
        {
            json.WriteStartObject();
            write(item);
            json.WriteEndObject();
        }

        json.WriteEndArray();
    }

    private static void WriteTexts(Utf8JsonWriter json, string name, IEnumerable<string> texts)
    {
        json.WriteStartArray(name);
        foreach (var text in texts)
        {
            json.WriteStringValue(text);
        }

        json.WriteEndArray();
    }

    private static void WriteNumber(Utf8JsonWriter json, string name, long? value)
    {
        if (value is { } number)
        {
            json.WriteNumber(name, number);
        }
        else
        {
            json.WriteNull(name);
        }
    }

    private static void WriteSeconds(Utf8JsonWriter json, TimeSpan took) =>
        json.WriteNumber("seconds", Math.Round((decimal)took.TotalSeconds, 3));

    private static string Date(DateOnly date) => date.ToString("yyyy-MM-dd", CultureInfo.InvariantCulture);
}
