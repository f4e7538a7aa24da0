using System.Globalization;
using System.Text;
using System.Text.RegularExpressions;
using EtlWorker.Domain.Batches;
using EtlWorker.Domain.Drops;
using EtlWorker.Domain.Pipelines;
using EtlWorker.Storage;

namespace EtlWorker.Definitions;

/// <summary>What JSON alone cannot say: names that clash, keys that overlap, options that this version does not have.</summary>
internal static partial class DefinitionFaults
{
    private const int MostKeyBytes = 1024;
    private static readonly string[] DateOfKeys = [ObjectPattern.DateWord, "{date:yyyyMMdd}"];
    private static readonly string[] WordsOfExports = ["{pipeline}", "{run_date}"];
    private const string LimitFault = "rejects: max must not be negative, and maxPercent lie between 0 and 100";
    private static readonly DateOnly AnyDate = new(2000, 1, 1);
    private static readonly TimeSpan OneDay = TimeSpan.FromDays(1);

    public static IEnumerable<string> In(PipelineDefinition pipeline) =>
        PipelineFaults(pipeline)
            .Concat(NameFaults.InFormer(pipeline))
            .Concat(TriggerFaults(pipeline))
            .Concat(pipeline.Feeds.SelectMany(FeedFaults))
            .Concat(pipeline.Feeds.SelectMany(FormatFaults.In))
            .Concat(pipeline.Feeds.SelectMany(feed => PartFaults.In(feed, pipeline.BatchTrigger)))
            .Concat(FeedsThatOverlap(pipeline))
            .Concat(pipeline.Analyses.SelectMany(AnalysisFaults))
            .Concat(pipeline.Analyses.SelectMany(ExportFaults.In))
            .Concat(ExportsThatClash(pipeline));

    /// <summary>The serializer refuses null where a property must have a value, not where an entry of a list must.</summary>
    public static IEnumerable<string> NullEntries(PipelineDefinition pipeline)
    {
        if (pipeline.Feeds.Contains(null!) || pipeline.Checks.Contains(null!) || pipeline.Analyses.Contains(null!))
        {
            yield return "an entry of feeds, checks or analyses is null";
            yield break;
        }

        if (pipeline.SearchPath?.Contains(null!) == true)
        {
            yield return "an entry of searchPath is null";
        }

        foreach (var feed in pipeline.Feeds.Where(HasNullEntries))
        {
            yield return $"feed {feed.Name}: an entry of a list is null";
        }

    }

    private static bool HasNullEntries(FeedDefinition feed) =>
        feed.Columns.InOrder?.Contains(null!) == true
        || feed.Columns.ByName.Values.Append<ValueFormat>(feed).Any(format =>
            new[] { format.Nulls, format.Dates, format.Timestamps, format.Times, format.Months, format.Booleans }
                .Any(list => list?.Contains(null!) == true));

    private static IEnumerable<string> PipelineFaults(PipelineDefinition pipeline)
    {
        if (!NameFaults.IsName(pipeline.Name))
        {
            yield return $"name '{pipeline.Name}': use 1 to 40 ASCII letters, digits, - and _, since it stands in keys and subjects";
        }

        if (!TimeZoneInfo.TryFindSystemTimeZoneById(pipeline.TimeZone, out var zone) || !zone.HasIanaId)
        {
            yield return $"timeZone '{pipeline.TimeZone}' is no IANA zone; write it as {string.Join(" or ", NearZones(pipeline.TimeZone))}";
        }

        if (pipeline.SearchPath is { } path
            && path.Any(schema => string.IsNullOrWhiteSpace(schema) || schema.Contains('\0', StringComparison.Ordinal)))
        {
            yield return "searchPath: each entry is the name of a schema; leave it out for the path of role and database";
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

        foreach (var table in Repeated(
            pipeline.Feeds.Select(feed => feed.Table).Concat(pipeline.Analyses.Select(analysis => analysis.Table))))
        {
            yield return $"the table '{table}' is filled twice; the second would undo the first";
        }

        if (!CanBeMet(pipeline.Rejects))
        {
            yield return LimitFault;
        }
    }

    /// <summary>The zones that a name was probably meant for: of the same city, or of the same letters but one.</summary>
    private static List<string> NearZones(string name)
    {
        var city = name.Split('/')[^1].Replace(' ', '_');
        var zones = TimeZoneInfo.GetSystemTimeZones().Select(zone => zone.Id).Where(id => id.Contains('/')).ToList();
        var near = zones.Where(id => id.Split('/')[^1].Equals(city, StringComparison.OrdinalIgnoreCase)).ToList();
        near = near.Count > 0 || city.Length < 4 ? near : [.. zones.Where(id => DiffersByOne(id.Split('/')[^1], city))];
        return near.Count is > 0 and <= 3 ? near : ["Africa/Lagos"];
    }

    private static bool DiffersByOne(string one, string other)
    {
        var (shorter, longer) = one.Length < other.Length ? (one, other) : (other, one);
        var same = shorter.Zip(longer).TakeWhile(pair => char.ToUpperInvariant(pair.First) == char.ToUpperInvariant(pair.Second)).Count();
        return longer.Length - shorter.Length <= 1
            && longer[Math.Min(same + 1, longer.Length)..].Equals(
                shorter[Math.Min(same + (longer.Length == shorter.Length ? 1 : 0), shorter.Length)..], StringComparison.OrdinalIgnoreCase);
    }

    private static IEnumerable<string> TriggerFaults(PipelineDefinition pipeline)
    {
        var trigger = pipeline.Trigger;
        if (pipeline.BatchTrigger.NeedsMarker != (trigger.Object is not null))
        {
            yield return "trigger.object: the marker's key, which 'when': 'marker' needs and no other trigger has";
        }

        if (trigger.Object is { } key && KeyFault(key, DateOfKeys) is { } fault)
        {
            yield return $"trigger.object: '{key}' {fault}";
        }

        if (trigger.DayStart >= OneDay)
        {
            yield return "trigger.dayStart: a time of day before 24:00";
        }

        if (trigger.Deadline >= OneDay)
        {
            yield return "trigger.deadline: a time of day before 24:00";
        }

        if (trigger.Days.Count == 0 || trigger.Days.Distinct().Count() != trigger.Days.Count)
        {
            yield return "trigger.days: name at least one day of the week, and none twice; leave it out for all";
        }

        foreach (var (name, length) in new[] { ("span", trigger.Span), ("settle", trigger.Settle), ("lookback", trigger.Lookback) })
        {
            if (length <= TimeSpan.Zero)
            {
                yield return $"trigger.{name}: longer than 00:00";
            }
        }
    }

    private static IEnumerable<string> FeedFaults(FeedDefinition feed)
    {
        if (feed.Name == MarkerDefinition.LedgerName)
        {
            yield return $"the feed name '{feed.Name}' is the ledger's name for markers";
        }

        else if (!NameFaults.IsName(feed.Name))
        {
            yield return $"feed '{feed.Name}': use 1 to 40 ASCII letters, digits, - and _, since its name stands in keys";
        }

        if (KeyFault(feed.Object, DateOfKeys) is { } fault)
        {
            yield return $"feed {feed.Name}: object '{feed.Object}' {fault}";
        }

        if (!IsTable(feed.Table))
        {
            yield return $"feed {feed.Name}: table '{feed.Table}' is not schema.table";
        }

        if (!Separates(feed.Delimiter) || !Separates(feed.Quote) || feed.Delimiter == feed.Quote)
        {
            yield return $"feed {feed.Name}: delimiter and quote must be two different ASCII characters, and no line end";
        }

        if (feed.Rejects is { } limit && !CanBeMet(limit))
        {
            yield return $"feed {feed.Name}: {LimitFault}";
        }

        if (feed.MaxShrinkPercent is not (>= 0 and <= 100))
        {
            yield return $"feed {feed.Name}: maxShrinkPercent must lie between 0 and 100";
        }

        if (!feed.Header && feed.Columns.ByName.Values.Any(column => column.Name is not null))
        {
            yield return $"feed {feed.Name}: columns names headers, and \"header\": false says that there are none";
        }

        if (feed.MaxUnpackedBytes < 1)
        {
            yield return $"feed {feed.Name}: maxUnpackedBytes must be at least 1";
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

        foreach (var written in analysis.Export)
        {
            if (KeyFault(written.Key, WordsOfExports) is { } fault)
            {
                yield return $"analysis {analysis.Name}: export '{written.Key}' {fault}";
            }
        }
    }

    private static IEnumerable<string> FeedsThatOverlap(PipelineDefinition pipeline) =>
        from pair in pipeline.Targets.SelectMany((feed, index) => pipeline.Targets.Skip(index + 1).Select(later => (feed, later)))
        let key = PatternOverlap.Example(pair.feed.Pattern, pair.later.Pattern)
        where key is not null
        select $"feeds {pair.feed.Name} and {pair.later.Name}: both take the key {key}; only the first would get it";

    private static IEnumerable<string> ExportsThatClash(PipelineDefinition pipeline)
    {
        var exports = pipeline.Analyses.SelectMany(
            analysis => analysis.ExportsOf(pipeline.Name, AnyDate), (analysis, export) => (analysis.Name, export.Key)).ToList();
        foreach (var key in Repeated(exports.Select(export => export.Key)))
        {
            yield return $"the export '{key}' is written twice; the second would undo the first";
        }

        // A second drop's rejects have a key of the same form as a third's.
        foreach (var (written, taker, key) in
            from written in pipeline.Feeds
            from number in Enumerable.Range(1, 2)
            let rejects = OnAnyDate(pipeline.RejectsKey(written.Name, AnyDate, number))
            from taker in pipeline.Targets
            let key = PatternOverlap.Example(taker.Pattern, rejects)
            where key is not null
            select (written, taker, key))
        {
            yield return $"feed {taker.Name}: the rejects of feed {written.Name} would land on it ({key}) and start the pipeline again";
        }

        foreach (var export in exports.Where(export => export.Key.StartsWith(pipeline.RejectsPrefix, StringComparison.Ordinal)))
        {
            yield return $"analysis {export.Name}: its export {export.Key} stands where the worker writes rejects";
        }

        foreach (var (name, feed, key) in
            from export in exports
            from feed in pipeline.Targets
            let key = PatternOverlap.Example(feed.Pattern, OnAnyDate(export.Key))
            where key is not null
            select (export.Name, feed.Name, key))
        {
            yield return $"analysis {name}: its export {key} would land on feed {feed} and start the pipeline again";
        }
    }

    /// <summary>The keys of a key of <see cref="AnyDate"/> over all days.</summary>
    private static ObjectPattern OnAnyDate(string key) =>
        ObjectPattern.OfWritten(key, AnyDate.ToString("yyyy-MM-dd", CultureInfo.InvariantCulture));

    /// <returns>What keeps a text from being an object key with these placeholders, or null.</returns>
    private static string? KeyFault(string text, string[] placeholders)
    {
        var words = Placeholder().Matches(text).Select(match => match.Value).ToList();
        var hasForms = placeholders == DateOfKeys;
        var unknown = words.Find(word => !placeholders.Contains(word) && !(hasForms && ObjectPattern.FormIn(word) is not null));
        return text switch
        {
            "" or ['/', ..] or [.., '/'] => "is no object key (no leading or trailing slash)",
            _ when unknown is not null => $"holds {unknown}; the placeholders there are: {string.Join(", ", placeholders)}"
                + (hasForms ? " (or in another form)" : ""),
            _ when words.Find(word => FormFault(word) is not null) is { } wrong => $"holds {wrong}: {FormFault(wrong)}",
            _ when text.Any(char.IsControl) => "holds a control character, which no key that is meant has",
            _ when text.EnumerateRunes().Contains(Rune.ReplacementChar) => "holds half a character, or U+FFFD in place of a lost one",
            _ when Encoding.UTF8.GetByteCount(text) > MostKeyBytes => $"is longer than S3's {MostKeyBytes} bytes",
            _ => null,
        };
    }

    private static string? FormFault(string placeholder) =>
        ObjectPattern.FormIn(placeholder) is { } form ? DateForm.FaultOf(form) : null;

    [GeneratedRegex(@"\{[^{}]*\}")]
    private static partial Regex Placeholder();

    private static bool Separates(char character) => character is > '\0' and <= '\u007F' and not ('\r' or '\n');

    private static bool CanBeMet(RejectLimit limit) => limit is { Max: >= 0, MaxPercent: >= 0 and <= 100 };

    private static IEnumerable<string> Repeated(IEnumerable<string> names) =>
        names.GroupBy(name => name).Where(group => group.Count() > 1).Select(group => group.Key);

    private static bool IsTable(string text) => TableName.TryParse(text, out _);
}
