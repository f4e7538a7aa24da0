using System.Text;
using EtlWorker.Domain.Batches;
using EtlWorker.Domain.Runs;
using EtlWorker.Domain.Text;
using EtlWorker.Ledger;
using EtlWorker.Ledger.Notices;
using EtlWorker.Ledger.Runs;

namespace EtlWorker.Notices;

/// <summary>Writes the notices: a subject that says it all, and a body for 3 a.m. Never row contents.</summary>
internal static class RunNotices
{
    private const int MostSuspects = 100;

    public static Notice Succeeded(Run run, RunStory story, IReadOnlyList<Answer> answers, IReadOnlyList<string> results)
    {
        var loaded = story.Feeds.Sum(feed => feed.RowsLoaded);
        var refused = story.Feeds.Sum(feed => feed.RowsRejected);
        var body = new StringBuilder()
            .AppendLine(Text(
                $"The run of {run.RunDate:yyyy-MM-dd} succeeded{(run.Attempt > 1 ? $" at attempt {run.Attempt}" : "")}: ",
                $"the tables and the results are in place."))
            .AppendLine();
        AppendRun(body, run, story);
        AppendFeeds(body, story);
        AppendRejects(body, run, story);
        AppendChecks(body, run, story);
        AppendList(body, "Warnings", run.Warnings);
        AppendAnswers(body, answers);
        AppendList(body, "Results", results);
        AppendWhereToLook(body, run);
        return NoticeOf(run, NoticeKind.Succeeded, Text($"SUCCEEDED: {Counted.Of(loaded, "row")} loaded, {refused:N0} refused"), body);
    }

    /// <param name="run">The run.</param>
    /// <param name="story">What the ledger has of it.</param>
    /// <param name="stage">Where it failed.</param>
    /// <param name="cause">Why.</param>
    /// <param name="remedy">What to do.</param>
    /// <param name="suspects">The drops that no newer file replaces by itself, and that may be what it failed by.</param>
    /// <param name="staysOpen">Whether a newer drop runs the date again.</param>
    public static Notice Failed(
        Run run, RunStory story, RunStage stage, string cause, string remedy, IReadOnlyList<Suspect> suspects, bool staysOpen = false)
    {
        var body = new StringBuilder()
            .AppendLine(Text(
                $"The run of {run.RunDate:yyyy-MM-dd} failed at stage {EnumText.Of(stage)}, attempt {run.Attempt}. ",
                $"The tables hold what they held before."))
            .AppendLine()
            .AppendLine(Text($"Cause      {cause}"))
            .AppendLine(Text($"Do next    {remedy}"));
        AppendSuspects(body, run, stage, suspects);
        if (run.Origin == RunOrigin.Manual)
        {
            body.AppendLine("           Then give the command again: etlworker run.")
                .AppendLine("           Files of the service's source that it had taken, if any, wait for the service as before.")
                .AppendLine();
            return EndOfFailure(body, run, story, stage);
        }

        body.AppendLine(Text($"           Then: {OperatorCommand.Retry(run.Pipeline, run.RunDate)}"))
            .Append("           It takes the newest drops of that date. ")
            .AppendLine(staysOpen
                ? "A newer drop of a required feed does so by itself."
                : "Until then files dropped again on that date are held.")
            .AppendLine($"           With corrected files of a later date, under keys that name no date: {WithNewest(run)}")
            .AppendLine();
        return EndOfFailure(body, run, story, stage);
    }

    private static Notice EndOfFailure(StringBuilder body, Run run, RunStory story, RunStage stage)
    {
        AppendRun(body, run, story);
        AppendRejects(body, run, story);
        AppendChecks(body, run, story);
        AppendWhereToLook(body, run);
        return NoticeOf(run, NoticeKind.Failed, Text($"FAILED at {EnumText.Of(stage)}: nothing was changed"), body);
    }

    /// <summary>A run that has waited long for a fault to pass.</summary>
    /// <param name="run">The run.</param>
    /// <param name="stage">Where it met the fault.</param>
    /// <param name="cause">The fault.</param>
    /// <param name="remedy">What to do; empty where waiting may be enough.</param>
    /// <param name="since">Since when it waits.</param>
    /// <param name="until">When it fails.</param>
    public static Notice Waiting(Run run, RunStage stage, string cause, string remedy, DateTimeOffset since, DateTimeOffset until)
    {
        var outcome = run.State == RunState.Committed ? "the results stay undelivered" : "the run fails";
        var body = new StringBuilder()
            .AppendLine(Text(
                $"The run of {run.RunDate:yyyy-MM-dd} waits at stage {EnumText.Of(stage)} since {since.UtcDateTime:yyyy-MM-dd HH:mm} UTC. ",
                $"Nothing is lost."))
            .AppendLine()
            .AppendLine(Text($"Cause      {cause}"))
            .AppendLine(Text($"Do next    {(remedy.Length == 0 ? "See that the source and PostgreSQL can be reached." : remedy)}"))
            .AppendLine("           The run continues as soon as it can; it is tried again at least once a minute.")
            .AppendLine(Text(
                $"           At {until.UtcDateTime:yyyy-MM-dd HH:mm} UTC {outcome} (RUN__PATIENCE), and a person must retry it. ",
                $"This notice is sent once."))
            .AppendLine()
            .AppendLine(Text($"Pipeline   {run.Pipeline}"))
            .AppendLine(Text($"Run        {run.Id}, attempt {run.Attempt}"))
            .AppendLine(Text($"Definition {DefinitionNotices.Short(run.DefinitionHash)}"))
            .AppendLine();
        AppendWhereToLook(body, run);
        return NoticeOf(run, NoticeKind.Waiting, Text($"WAITING at {EnumText.Of(stage)} since {since.UtcDateTime:HH:mm} UTC"), body);
    }

    /// <summary>A date that had succeeded was made again for a person, and that failed.</summary>
    /// <inheritdoc cref="Failed"/>
    public static Notice RetryFailed(Run run, RunStory story, RunStage stage, string cause, string remedy, IReadOnlyList<Suspect> suspects)
    {
        var body = new StringBuilder()
            .AppendLine(Text($"The retry of {run.RunDate:yyyy-MM-dd} failed at stage {EnumText.Of(stage)}, attempt {run.Attempt}."))
            .AppendLine("The date stays succeeded.")
            .AppendLine("Its tables and results are those of its last success, and the drops that it had loaded are loaded.")
            .AppendLine()
            .AppendLine(Text($"Cause      {cause}"))
            .AppendLine(Text($"Do next    {remedy}"));
        AppendSuspects(body, run, stage, suspects);
        body.AppendLine(Text($"           Then, if the date is still to be made again: {OperatorCommand.Retry(run.Pipeline, run.RunDate)}"))
            .AppendLine("           It takes the newest drops of that date.")
            .AppendLine($"           With corrected files of a later date, under keys that name no date: {WithNewest(run)}")
            .AppendLine();
        AppendRun(body, run, story);
        AppendRejects(body, run, story);
        AppendChecks(body, run, story);
        AppendWhereToLook(body, run);
        return NoticeOf(run, NoticeKind.Failed, Text($"RETRY FAILED at {EnumText.Of(stage)}: the date stays succeeded"), body);
    }

    public static Notice NotDelivered(Run run, RunStory story, RunStage stage, string cause, string remedy)
    {
        var body = new StringBuilder()
            .AppendLine(Text(
                $"The run of {run.RunDate:yyyy-MM-dd} is loaded and analysed: the tables hold it. ",
                $"Its results could not be delivered, at stage {EnumText.Of(stage)}."))
            .AppendLine()
            .AppendLine(Text($"Cause      {cause}"))
            .AppendLine(Text($"Do next    {remedy}"))
            .AppendLine(Text($"           Then: {AgainOf(run)}"))
            .AppendLine(run.Origin == RunOrigin.Manual
                ? "           It writes these results first, without loading again, and then makes a run of its own."
                : "           It continues with the export; nothing is loaded again.")
            .AppendLine();
        AppendRun(body, run, story);
        AppendFeeds(body, story);
        AppendRejects(body, run, story);
        AppendChecks(body, run, story);
        AppendWhereToLook(body, run);
        return NoticeOf(run, NoticeKind.NotExported, "LOADED, NOT EXPORTED: the tables are new, the results are not in place", body);
    }

    private static Notice NoticeOf(Run run, NoticeKind kind, string headline, StringBuilder body) => new()
    {
        Pipeline = run.Pipeline,
        Kind = kind.Name(),
        RunDate = run.RunDate,
        RunId = run.Id,
        Subject = Notice.SubjectOf(run.Pipeline, run.RunDate, headline),
        Body = Notice.BodyOf(body),
    };

    private static void AppendRun(StringBuilder body, Run run, RunStory story)
    {
        // To write this is the last stage's own work.
        var stages = string.Join(", ", story.Stages.Where(stage => stage.Stage != RunStage.Notify).Select(Took));
        body.AppendLine(Text($"Pipeline   {run.Pipeline}"))
            .AppendLine(Text($"Run        {run.Id}, attempt {run.Attempt}"))
            .AppendLine(Text($"Run date   {run.RunDate:yyyy-MM-dd}, as of {run.AsOf:yyyy-MM-dd}"))
            .AppendLine(Text($"Definition {DefinitionNotices.Short(run.DefinitionHash)}"))
            .AppendLine(Text($"Took       {stages}"));
        if (run.Origin == RunOrigin.Manual)
        {
            body.AppendLine("Origin     manual: the command etlworker run");
        }

        if (run.Reason is not null)
        {
            body.AppendLine(Text($"Retried    {run.Reason}"));
        }

        body.AppendLine();
    }

    private static string Took(StageStory stage) => stage.Took is { TotalSeconds: var seconds }
        ? Text($"{EnumText.Of(stage.Stage)} {seconds:0.00} s")
        : Text($"{EnumText.Of(stage.Stage)} not finished (begun {stage.Began.UtcDateTime:HH:mm:ss} UTC)");

    private static string AgainOf(Run run) => run.Origin == RunOrigin.Manual
        ? $"give the command again: etlworker run, of pipeline {run.Pipeline}"
        : OperatorCommand.Retry(run.Pipeline, run.RunDate);

    private static string WithNewest(Run run) => OperatorCommand.Retry(run.Pipeline, run.RunDate, withNewest: true);

    /// <summary>What adds to its table is loaded by every later run until it is corrected or discarded.</summary>
    private static void AppendSuspects(StringBuilder body, Run run, RunStage stage, IReadOnlyList<Suspect> suspects)
    {
        if (suspects.Count == 0)
        {
            return;
        }

        body.AppendLine(stage == RunStage.Load
            ? suspects.All(suspect => suspect.GivesWay)
                ? "           A corrected file under the same key takes the place of the bad one. To do without one:"
                : "           A newer version of this key is data of its own and does not take the place of the bad one. To get rid of it:"
            : "           Each of these adds to its table and may hold the bad rows; no newer file takes its place. To get rid of one:");
        foreach (var suspect in suspects.Take(MostSuspects))
        {
            var discard = OperatorCommand.Discard(run.Pipeline, suspect.Drop.Id);
            body.AppendLine(Text($"           - {suspect.Drop.Feed}, {suspect.Drop.Key}: {discard}"));
        }

        if (suspects.Count > MostSuspects)
        {
            body.AppendLine(Text($"           - and {suspects.Count - MostSuspects:N0} more:"))
                .AppendLine("             select id, feed, key from etl.drop where disposition in ('held', 'pending') order by id;");
        }
    }

    private static void AppendFeeds(StringBuilder body, RunStory story)
    {
        body.AppendLine(Text($"{"Feed",-16}{"read",12}{"loaded",12}{"refused",12}{"seconds",10}"));
        foreach (var feed in story.Feeds)
        {
            body.AppendLine(Text(
                $"{feed.Feed,-16}{feed.RowsRead,12:N0}{feed.RowsLoaded,12:N0}{feed.RowsRejected,12:N0}{feed.Took.TotalSeconds,10:0.00}"));
            if (HasSeveralFiles(story, feed.Feed))
            {
                body.AppendLine(Text($"  {feed.Key}"));
            }
        }

        body.AppendLine();
    }

    private static bool HasSeveralFiles(RunStory story, string feed) =>
        story.Feeds.Where(of => of.Feed == feed).Select(of => of.Key)
            .Concat(story.Rejects.Where(of => of.Feed == feed).Select(of => of.Key).OfType<string>()).Distinct().Count() > 1;

    private static void AppendRejects(StringBuilder body, Run run, RunStory story)
    {
        if (story.Rejects.Count == 0)
        {
            return;
        }

        body.AppendLine("Refused rows (the first of each feed)");
        foreach (var reject in story.Rejects)
        {
            var file = reject.Key is not null && HasSeveralFiles(story, reject.Feed) ? $", {reject.Key}" : "";
            var column = reject.Column is null ? "" : $", column {reject.Column}";
            body.AppendLine(Text($"- {reject.Feed}{file}, line {reject.Line}{column}: {reject.Reason}"));
        }

        foreach (var file in story.RejectFiles)
        {
            body.AppendLine(Text($"{file}"));
        }

        body.AppendLine(Text($"Their text is kept: select * from etl.reject where run_id = {run.Id} and attempt = {run.Attempt};"))
            .AppendLine();
    }

    private static void AppendChecks(StringBuilder body, Run run, RunStory story)
    {
        if (story.Checks.Count == 0)
        {
            return;
        }

        body.AppendLine("Rows that checks found");
        foreach (var check in story.Checks)
        {
            var kept = check.Kept == check.Found ? "kept" : Text($"the first {check.Kept:N0} of them are kept");
            body.AppendLine(Text($"- {check.Check} ({EnumText.Of(check.Verdict)}): {Counted.Of(check.Found, "row")}, {kept}"));
        }

        foreach (var file in story.CheckFiles)
        {
            body.AppendLine(Text($"{file}"));
        }

        body.AppendLine(Text(
                $"As JSON: select check_name, content from etl.check_row where run_id = {run.Id} and attempt = {run.Attempt} ",
                $"order by check_name, row_number;"))
            .AppendLine();
    }

    private static void AppendAnswers(StringBuilder body, IReadOnlyList<Answer> answers)
    {
        foreach (var answer in answers)
        {
            body.AppendLine(Text($"{answer.Analysis}"));
            foreach (var (column, value) in answer.Values)
            {
                body.AppendLine(Text($"  {column,-26}{value}"));
            }

            body.AppendLine();
        }
    }

    private static void AppendList(StringBuilder body, string title, IReadOnlyList<string> lines)
    {
        if (lines.Count == 0)
        {
            return;
        }

        body.AppendLine(title);
        foreach (var line in lines)
        {
            body.AppendLine(Text($"- {line}"));
        }

        body.AppendLine();
    }

    private static void AppendWhereToLook(StringBuilder body, Run run) =>
        body.AppendLine(Text($"To look further: select * from etl.run_history where run_id = {run.Id};"));

    private static string Text(params FormattableString[] texts) => Notice.TextOf(texts);
}
