using System.Globalization;
using System.Text;
using EtlWorker.Domain.Rows;

namespace EtlWorker.Plan;

/// <summary>Every reject of a dry run as a line of CSV (RFC 4180, UTF-8), with the row as it stands in its file.</summary>
internal static class RejectCsv
{
    /// <param name="report">What a run would have done.</param>
    /// <param name="journal">Has the rejects.</param>
    /// <param name="output">Left open.</param>
    /// <param name="cancellationToken">Ends the writing.</param>
    public static async Task WriteAsync(PlanReport report, PlanJournal journal, Stream output, CancellationToken cancellationToken)
    {
        await using var writer = new StreamWriter(output, new UTF8Encoding(false), 1 << 16, leaveOpen: true) { NewLine = "\r\n" };
        await writer.WriteLineAsync("file,feed,line,column,code,reason,row".AsMemory(), cancellationToken);
        foreach (var file in report.Files)
        {
            foreach (var reject in journal.RejectsOf(file.Drop))
            {
                string[] fields =
                [
                    file.Drop.Key, file.Feed.Name, reject.Line.ToString(CultureInfo.InvariantCulture), reject.Column ?? "",
                    reject.Code.Name(), reject.Reason, reject.RawText,
                ];
                await writer.WriteLineAsync(string.Join(',', fields.Select(Field)).AsMemory(), cancellationToken);
            }
        }
    }

    private static string Field(string value) => value.AsSpan().ContainsAny("\",\r\n")
        ? $"\"{value.Replace("\"", "\"\"", StringComparison.Ordinal)}\""
        : value;
}
