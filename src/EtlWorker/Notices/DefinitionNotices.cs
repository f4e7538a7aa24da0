using System.Text;
using EtlWorker.Ledger.Notices;

namespace EtlWorker.Notices;

/// <summary>Writes the notices of definitions that are not used, and of pipelines that are paused.</summary>
internal static class DefinitionNotices
{
    private const int MostListed = 100;
    private const int HashDigits = 12;

    /// <param name="pipeline">The pipeline's name; of one that never had a good definition, its folder's.</param>
    /// <param name="today">The date of the subject.</param>
    /// <param name="source">Where the version stands.</param>
    /// <param name="faults">Why it is not used.</param>
    /// <param name="inUse">The hash of the definition that stays in use; null where there is none.</param>
    public static Notice Refused(string pipeline, DateOnly today, string source, IReadOnlyList<string> faults, string? inUse)
    {
        var body = new StringBuilder()
            .AppendLine(Text($"The definition {source} cannot be used as it is now."))
            .AppendLine(inUse is null
                ? "There is no earlier one: no run begins, and nothing is recorded for this pipeline. Files that land meanwhile are found "
                    + "by listing once it is good."
                : Text($"The last good one ({Short(inUse)}) stays in use: runs go on by it, also after a restart."))
            .AppendLine();
        foreach (var fault in faults.Take(MostListed))
        {
            body.AppendLine(Text($"- {fault}"));
        }

        if (faults.Count > MostListed)
        {
            body.AppendLine(Text($"- and {faults.Count - MostListed:N0} more"));
        }

        body.AppendLine()
            .AppendLine("Do next    Do what each line says. Where the definition must be corrected: correct it, see that it is good")
            .AppendLine("           (etlworker validate DIR --database), and put it there again (etlworker deploy).")
            .AppendLine("           The worker takes it by itself.")
            .AppendLine()
            .AppendLine("This notice is sent once for each version. To look further: select * from etl.refused_definition;");
        return NoticeOf(
            pipeline, NoticeKind.Refused, today, $"DEFINITION REFUSED: {(inUse is null ? "no run begins" : "the last good one is used")}",
            body);
    }

    /// <param name="pipeline">The pipeline's name.</param>
    /// <param name="today">The date of the subject.</param>
    /// <param name="source">Where its definition stood.</param>
    /// <param name="waiting">How many of its drops wait.</param>
    public static Notice Paused(string pipeline, DateOnly today, string source, long waiting)
    {
        var body = new StringBuilder()
            .AppendLine(Text($"The definition of pipeline {pipeline} is not there any more: {source}"))
            .AppendLine(Text(
                $"The pipeline is paused: no run of it begins. Drops of it that wait: {waiting:N0}. They are kept, ",
                $"and what lands from now on is recorded as before."))
            .AppendLine()
            .AppendLine("Do next    If it was removed on purpose, nothing. If not, put it there again (etlworker deploy).")
            .AppendLine("           The worker goes on by itself.")
            .AppendLine()
            .AppendLine("This notice is sent once. To look further: select * from etl.pipeline;");
        return NoticeOf(pipeline, NoticeKind.Paused, today, "PAUSED: its definition was removed", body);
    }

    /// <summary>As much of a hash as a person compares.</summary>
    public static string Short(string hash) => hash.Length > HashDigits ? hash[..HashDigits] : hash;

    private static Notice NoticeOf(string pipeline, NoticeKind kind, DateOnly today, string headline, StringBuilder body) => new()
    {
        Pipeline = pipeline,
        Kind = kind.Name(),
        Subject = Notice.SubjectOf(pipeline, today, headline),
        Body = Notice.BodyOf(body),
    };

    private static string Text(params FormattableString[] texts) => Notice.TextOf(texts);
}
