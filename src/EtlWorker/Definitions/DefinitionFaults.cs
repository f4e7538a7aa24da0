using EtlWorker.Domain.Pipelines;
using EtlWorker.Storage;

namespace EtlWorker.Definitions;

/// <summary>What JSON alone cannot say: names that clash, keys that overlap, options that this version does not have.</summary>
internal static class DefinitionFaults
{
    public static IEnumerable<string> In(PipelineDefinition pipeline) =>
        PipelineFaults(pipeline)
            .Concat(TriggerFaults(pipeline.Trigger))
            .Concat(pipeline.Feeds.SelectMany(FeedFaults))
            .Concat(pipeline.Analyses.SelectMany(AnalysisFaults))
            .Concat(ExportsThatTrigger(pipeline));

    private static IEnumerable<string> PipelineFaults(PipelineDefinition pipeline)
    {
        if (pipeline.Name.Length is 0 or > 40 || !pipeline.Name.All(letter => char.IsAsciiLetterOrDigit(letter) || letter is '-' or '_'))
        {
            yield return $"name '{pipeline.Name}': use 1 to 40 ASCII letters, digits, - and _, since it stands in keys and subjects";
        }

        if (!TimeZoneInfo.TryFindSystemTimeZoneById(pipeline.TimeZone, out var zone) || !zone.HasIanaId)
        {
            yield return $"timeZone '{pipeline.TimeZone}' is no IANA zone; write it as Africa/Lagos";
        }

        if (!pipeline.RequiredFeeds.Any())
        {
            yield return "feeds: at least one must be required, or nothing ever runs";
        }

        foreach (var name in Repeated(pipeline.Feeds.Select(feed => feed.Name))
            .Concat(Repeated(pipeline.Checks.Select(check => check.Name)))
            .Concat(Repeated(pipeline.Analyses.Select(analysis => analysis.Name))))
        {
            yield return $"the name '{name}' is used twice";
        }

        foreach (var table in Repeated(pipeline.Feeds.Select(feed => feed.Table)).Concat(Repeated(pipeline.Analyses.Select(analysis => analysis.Table))))
        {
            yield return $"the table '{table}' is filled twice; the second would undo the first";
        }
    }

    private static IEnumerable<string> TriggerFaults(TriggerDefinition trigger)
    {
        if (trigger.When != TriggerKind.Complete)
        {
            yield return "trigger.when: this version has 'complete' only";
        }

        if (trigger.FailedDay != FailedDay.Closed)
        {
            yield return "trigger.failedDay: this version has 'closed' only";
        }

        if (trigger.Deadline is not null)
        {
            yield return "trigger.deadline: this version does not watch deadlines; leave it out";
        }

        if (trigger.DayStart >= TimeSpan.FromDays(1))
        {
            yield return "trigger.dayStart: a time of day before 24:00";
        }

        if (trigger.Span <= TimeSpan.Zero)
        {
            yield return "trigger.span: longer than 00:00";
        }
    }

    private static IEnumerable<string> FeedFaults(FeedDefinition feed)
    {
        if (feed.Object.Length == 0 || feed.Object.EndsWith('/') || feed.Object.StartsWith('/'))
        {
            yield return $"feed {feed.Name}: object '{feed.Object}' is no object key (no leading or trailing slash)";
        }

        if (!IsTable(feed.Table))
        {
            yield return $"feed {feed.Name}: table '{feed.Table}' is not schema.table";
        }

        if (!char.IsAscii(feed.Delimiter) || !char.IsAscii(feed.Quote) || feed.Delimiter == feed.Quote)
        {
            yield return $"feed {feed.Name}: delimiter and quote must be two different ASCII characters";
        }

        if (feed.MaxRecordBytes is < 1024 or > 64 << 20)
        {
            yield return $"feed {feed.Name}: maxRecordBytes must lie between 1024 and {64 << 20}";
        }
    }

    private static IEnumerable<string> AnalysisFaults(AnalysisDefinition analysis)
    {
        if (!IsTable(analysis.Table))
        {
            yield return $"analysis {analysis.Name}: table '{analysis.Table}' is not schema.table";
        }
    }

    private static IEnumerable<string> ExportsThatTrigger(PipelineDefinition pipeline) =>
        from analysis in pipeline.Analyses
        from key in analysis.ExportKeys(pipeline.Name, new DateOnly(2000, 1, 1))
        from feed in pipeline.Feeds
        where feed.Takes(key, out _)
        select $"analysis {analysis.Name}: its export {key} would land on feed {feed.Name} and start the pipeline again";

    private static IEnumerable<string> Repeated(IEnumerable<string> names) =>
        names.GroupBy(name => name).Where(group => group.Count() > 1).Select(group => group.Key);

    private static bool IsTable(string text) => TableName.TryParse(text, out _);
}
