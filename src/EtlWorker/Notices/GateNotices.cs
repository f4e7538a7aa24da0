using System.Text;
using EtlWorker.Domain.Batches;
using EtlWorker.Domain.Drops;
using EtlWorker.Domain.Pipelines;
using EtlWorker.Domain.Text;
using EtlWorker.Ledger;
using EtlWorker.Ledger.Drops;
using EtlWorker.Ledger.Notices;
using EtlWorker.Ledger.Runs;

namespace EtlWorker.Notices;

/// <summary>Writes the notices of drops and days that are not loaded.</summary>
internal static class GateNotices
{
    private const int MostListed = 100;

    /// <summary>The drops that a decision excluded, once, all that were excluded alike in one notice.</summary>
    public static Notice Excluded(string pipeline, DropDisposition disposition, IReadOnlyList<ExcludedDrop> drops)
    {
        var date = drops.Min(drop => drop.Date);
        var word = EnumText.Of(disposition);
        var body = new StringBuilder()
            .AppendLine(Text(
                $"{Counted.Of(drops.Count, "drop")} recorded as {word}: ",
                $"nothing was loaded from {(drops.Count == 1 ? "it" : "them")}, and nothing is lost."))
            .AppendLine();
        foreach (var excluded in drops.Take(MostListed))
        {
            body.AppendLine(Line(excluded.Drop)).AppendLine(Text($"  {excluded.Reason}"));
        }

        if (drops.Count > MostListed)
        {
            body.AppendLine(Text($"- and {drops.Count - MostListed:N0} more"));
        }

        body.AppendLine()
            .AppendLine(Text($"Do next    {NextFor(disposition)}"))
            .AppendLine()
            .AppendLine(Text($"To look further: select * from etl.drop where disposition = '{word}' order by id desc;"));
        // The subject has one date, the earliest.
        var dates = drops.Select(drop => drop.Date).Distinct().Count();
        var more = dates > 1 ? $", of {dates} dates" : "";
        return NoticeOf(
            pipeline, KindOf(disposition), date,
            Text($"{word.ToUpperInvariant()}: {Counted.Of(drops.Count, "drop")} not loaded{more}"), body);
    }

    /// <summary>An expected day that has no run by its deadline.</summary>
    /// <param name="pipeline">The pipeline.</param>
    /// <param name="day">The day.</param>
    /// <param name="isComplete">Whether all that was dropped by then is known; false where neither queue nor bucket answers.</param>
    public static Notice Late(PipelineDefinition pipeline, OverdueDay day, bool isComplete = true)
    {
        var empty = day.Empty.ToLookup(drop => drop.Feed);
        var missing = string.Join(", ", day.Missing.Select(feed => empty.Contains(feed) ? $"{feed} (empty)" : feed));
        var awaited = pipeline.BatchTrigger.Awaited.ToList();
        var nothing = day.Missing.Count == awaited.Count && day.Empty.Count == 0;
        var body = new StringBuilder()
            .AppendLine(Text(
                $"{day.Date:yyyy-MM-dd} has no run by its deadline, ",
                $"{day.Deadline.UtcDateTime:yyyy-MM-dd HH:mm} UTC ({pipeline.Trigger.Deadline:hh\\:mm} in {pipeline.TimeZone})."))
            .AppendLine((isComplete, nothing, day.Missing.Count) switch
            {
                (false, _, _) =>
                    "This worker could ask neither the queue nor the bucket what has arrived: files may be there that it does not know of.",
                (_, true, _) => "Nothing has arrived for it.",
                (_, _, 0) => "Its files have arrived; the run has not begun.",
                _ => "Its set is not complete.",
            })
            .AppendLine();
        foreach (var feed in awaited)
        {
            var state = empty.Contains(feed.Name) ? "empty" : day.Missing.Contains(feed.Name) ? "missing" : "here";
            var what = empty[feed.Name].LastOrDefault() is { } drop ? $"{drop.Key} is empty (0 bytes)" : feed.Pattern.On(day.Date);
            body.AppendLine(Text($"- {feed.Name,-16}{state,-10}{what}"));
        }

        if (day.Doubt is { } doubt)
        {
            body.AppendLine().AppendLine(Text($"Whether a run is expected on this day is not known, so it counts as expected: {doubt}."));
        }

        body.AppendLine()
            .AppendLine((isComplete, day.Missing.Count) switch
            {
                (false, _) => "Do next    See why neither answers: journalctl -u etlworker -p warning. "
                    + "Once one of them does the run begins by itself; this notice is sent once.",
                (_, 0) => "Do next    Look into the worker's journal: journalctl -u etlworker.",
                _ => $"Do next    {(day.Doubt is null ? "" : "Correct the query of days. ")}Ask the sender for what is missing. "
                    + "When it lands in time the run begins by itself; this notice is sent once.",
            })
            .AppendLine(Text(
                $"To look further: select * from etl.drop where pipeline = '{pipeline.Name}' and feed is not null ",
                $"order by id desc limit 20;"));
        return NoticeOf(pipeline.Name, NoticeKind.Late, day.Date,
            nothing
                ? "LATE: nothing has arrived by the deadline"
                : Text($"LATE: no run by the deadline{(missing.Length == 0 ? "" : $", missing: {missing}")}"),
            body);
    }

    /// <summary>Claimed drops whose objects are not what their events told.</summary>
    /// <param name="run">The run that had claimed them.</param>
    /// <param name="gone">The drops.</param>
    /// <param name="missing">What the batch lacks now; nothing when it goes on.</param>
    public static Notice Gone(Run run, IReadOnlyList<Drop> gone, IReadOnlyList<string> missing)
    {
        var goesOn = missing.Count == 0;
        var body = new StringBuilder()
            .AppendLine(Text(
                $"{(gone.Count == 1 ? "A file was" : $"{gone.Count} files were")} deleted or overwritten after the event and before ",
                $"the read."))
            .AppendLine()
            .AppendJoin(Environment.NewLine, gone.Select(Line))
            .AppendLine()
            .AppendLine()
            .AppendLine(goesOn
                ? Text($"The run of {run.RunDate:yyyy-MM-dd} continues with what is there now.")
                : Text(
                    $"The set of {run.RunDate:yyyy-MM-dd} is no longer complete ({string.Join(", ", missing)} missing): ",
                    $"nothing was changed, and the day is unused."))
            .AppendLine(goesOn
                ? "Do next    Nothing; its notice follows."
                : "Do next    Drop the missing file again: the run begins by itself once the set is complete.")
            .AppendLine()
            .AppendLine("To look further: select * from etl.drop where disposition = 'gone' order by id desc;");
        return NoticeOf(
            run.Pipeline, NoticeKind.Gone, run.RunDate,
            goesOn
                ? "GONE: a file was replaced before it was read; the run continues"
                : "GONE: a file vanished before it was read; the day is unused",
            body);
    }

    /// <summary>Drops whose objects were deleted before a run claimed them.</summary>
    public static Notice Withdrawn(PipelineDefinition pipeline, DateOnly date, IReadOnlyList<Drop> gone)
    {
        var body = new StringBuilder()
            .AppendLine(Text(
                $"{(gone.Count == 1 ? "A file was" : $"{gone.Count} files were")} deleted while the set of {date:yyyy-MM-dd} waited: ",
                $"nothing is loaded from {(gone.Count == 1 ? "it" : "them")}."))
            .AppendLine()
            .AppendJoin(Environment.NewLine, gone.Take(MostListed).Select(Line))
            .AppendLine()
            .AppendLine()
            .AppendLine("Do next    Drop a required file again: the run begins by itself once the set is complete.")
            .AppendLine()
            .AppendLine("To look further: select * from etl.drop where disposition = 'gone' order by id desc;");
        return NoticeOf(pipeline.Name, NoticeKind.Gone, date, "GONE: a file was deleted before its set was complete", body);
    }

    private static Notice NoticeOf(string pipeline, NoticeKind kind, DateOnly date, string headline, StringBuilder body) => new()
    {
        Pipeline = pipeline,
        Kind = kind.Name(),
        RunDate = date,
        Subject = Notice.SubjectOf(pipeline, date, headline),
        Body = Notice.BodyOf(body),
    };

    private static NoticeKind KindOf(DropDisposition disposition) => disposition switch
    {
        DropDisposition.Held => NoticeKind.Held,
        DropDisposition.Superseded => NoticeKind.Superseded,
        DropDisposition.Ignored => NoticeKind.Ignored,
        _ => throw new ArgumentOutOfRangeException(nameof(disposition), disposition, "No notice is sent of such drops."),
    };

    private static string NextFor(DropDisposition disposition) => disposition switch
    {
        DropDisposition.Held =>
            "Nothing, if no file here was meant to replace a loaded one. Else what its line says: a command, another key, or nothing, "
            + "where the next batch takes it by itself.",
        DropDisposition.Superseded =>
            "Nothing, if a newer set has run or will. Of a set that never became complete ask the sender for what is missing.",
        DropDisposition.Ignored =>
            "Nothing, if the feed was taken out on purpose. Else put it back into the definition: its drops wait again.",
        _ => "Nothing.",
    };

    private static string Line(Drop drop) =>
        Text($"- {drop.Object.Address} of {drop.EventTime.UtcDateTime:yyyy-MM-dd HH:mm:ss'Z'}");

    private static string Text(params FormattableString[] texts) => Notice.TextOf(texts);
}
