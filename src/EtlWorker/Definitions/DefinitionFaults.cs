using System.Globalization;
using System.Text;
using System.Text.RegularExpressions;
using EtlWorker.Domain.Batches;
using EtlWorker.Domain.Drops;
using EtlWorker.Domain.Pipelines;

namespace EtlWorker.Definitions;

/// <summary>What the schema cannot say: names that clash, keys that overlap, options that do not go together.</summary>
internal static partial class DefinitionFaults
{
    private const int MostKeyBytes = 1024;
    private const string OfLedger = "etl.";
    private static readonly string[] DateOfKeys = [ObjectPattern.DateWord, "{date:yyyyMMdd}"];
    private static readonly string[] WordsOfExports = ["{pipeline}", "{run_date}"];
    private static readonly DateOnly AnyDate = new(2000, 1, 1);
    private static readonly TimeSpan OneDay = TimeSpan.FromDays(1);

    public static IEnumerable<DefinitionFault> In(PipelineDefinition pipeline) =>
        PipelineFaults(pipeline)
            .Concat(NameFaults.InFormer(pipeline))
            .Concat(MigrationFaults.In(pipeline))
            .Concat(TriggerFaults(pipeline))
            .Concat(pipeline.Feeds.SelectMany((feed, index) => FeedFaults(feed, FeedPath(index))))
            .Concat(pipeline.Feeds.SelectMany((feed, index) => FormatFaults.In(feed, FeedPath(index))))
            .Concat(pipeline.Feeds.SelectMany((feed, index) => PartFaults.In(feed, pipeline.BatchTrigger, FeedPath(index))))
            .Concat(pipeline.Checks.SelectMany((check, index) => CheckFaults.In(check, JsonPath.Of("$.checks", index))))
            .Concat(pipeline.Feeds.SelectMany((feed, index) => ManifestFaults.In(feed, pipeline.Targets, FeedPath(index))))
            .Concat(FeedsThatOverlap(pipeline))
            .Concat(pipeline.Analyses.SelectMany(AnalysisFaults))
            .Concat(pipeline.Analyses.SelectMany((analysis, index) => ExportFaults.In(analysis, AnalysisPath(index))))
            .Concat(ExportsThatClash(pipeline));

    /// <summary>Keys that two pipelines both write their exports to, on some date.</summary>
    public static IEnumerable<string> ExportsInBoth(PipelineDefinition one, PipelineDefinition other) =>
        (from written in ExportsOf(one)
         from also in ExportsOf(other)
         let key = PatternOverlap.Example(OnAnyDate(written), OnAnyDate(also))
         where key is not null
         select key).Distinct();

    private static IEnumerable<string> ExportsOf(PipelineDefinition pipeline) =>
        pipeline.Analyses.SelectMany(analysis => analysis.ExportsOf(pipeline.Name, AnyDate)).Select(export => export.Key);

    /// <summary>The JSON path of a feed.</summary>
    public static string FeedPath(int index) => JsonPath.Of("$.feeds", index);

    /// <summary>The JSON path of an analysis.</summary>
    public static string AnalysisPath(int index) => JsonPath.Of("$.analyses", index);

    private static IEnumerable<DefinitionFault> PipelineFaults(PipelineDefinition pipeline)
    {
        if (!TimeZoneInfo.TryFindSystemTimeZoneById(pipeline.TimeZone, out var zone) || !zone.HasIanaId)
        {
            yield return new("$.timeZone",
                $"timeZone '{pipeline.TimeZone}' is no IANA zone; write it as {string.Join(" or ", NearZones(pipeline.TimeZone))}");
        }

        if (!pipeline.RequiredFeeds.Any())
        {
            yield return new("$.feeds", "at least one feed must be required, or nothing ever runs");
        }

        var names = Repeated(Named("$.feeds", pipeline.Feeds.Select(feed => feed.Name)))
            .Concat(Repeated(Named("$.checks", pipeline.Checks.Select(check => check.Name))))
            .Concat(Repeated(Named("$.analyses", pipeline.Analyses.Select(analysis => analysis.Name))));
        foreach (var (path, name) in names)
        {
            yield return new($"{path}.name", $"the name '{name}' is used twice");
        }

        var tables = Named("$.feeds", pipeline.Feeds.Select(feed => feed.Table))
            .Concat(Named("$.analyses", pipeline.Analyses.Select(analysis => analysis.Table)));
        foreach (var (path, table) in Repeated(tables))
        {
            yield return new($"{path}.table", $"the table '{table}' is filled twice; the second would undo the first");
        }

        foreach (var (path, table) in tables.Where(table => table.Name.StartsWith(OfLedger, StringComparison.Ordinal)))
        {
            yield return new($"{path}.table", $"the table '{table}' is one of the worker's own ledger: name one of another schema");
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

    private static IEnumerable<DefinitionFault> TriggerFaults(PipelineDefinition pipeline)
    {
        var trigger = pipeline.Trigger;
        if (pipeline.BatchTrigger.NeedsMarker != (trigger.Object is not null))
        {
            yield return new("$.trigger.object", "object is the marker's key, which \"when\": \"marker\" needs and no other trigger has");
        }

        if (trigger.Object is { } key && KeyFault(key, DateOfKeys) is { } fault)
        {
            yield return new("$.trigger.object", $"object '{key}' {fault}");
        }

        if (trigger.DayStart >= OneDay)
        {
            yield return new("$.trigger.dayStart", "dayStart must be a time of day before 24:00");
        }

        if (trigger.Deadline >= OneDay)
        {
            yield return new("$.trigger.deadline", "deadline must be a time of day before 24:00");
        }

        foreach (var (name, length) in new[] { ("span", trigger.Span), ("settle", trigger.Settle), ("lookback", trigger.Lookback) })
        {
            if (length <= TimeSpan.Zero)
            {
                yield return new($"$.trigger.{name}", $"{name} must be longer than 00:00");
            }
        }
    }

    private static IEnumerable<DefinitionFault> FeedFaults(FeedDefinition feed, string path)
    {
        if (feed is { ReplaceBy: ReplaceBy.Delete, IsIncremental: true })
        {
            yield return new($"{path}.replaceBy", $"feed {feed.Name}: replaceBy is for mode replace; the others replace no table, "
                + "so leave it out");
        }

        if (feed.MaxRows < feed.MinRows)
        {
            yield return new($"{path}.maxRows", $"feed {feed.Name}: maxRows is less than minRows ({feed.MinRows:N0}), so no file is right");
        }

        if (feed.Volume is { MinPercent: null, MaxPercent: null })
        {
            yield return new($"{path}.volume", $"feed {feed.Name}: volume needs minPercent, maxPercent or both");
        }

        if (KeyFault(feed.Object, DateOfKeys) is { } fault)
        {
            yield return new($"{path}.object", $"feed {feed.Name}: object '{feed.Object}' {fault}");
        }

        if (!Separates(feed.Delimiter) || !Separates(feed.Quote) || feed.Delimiter == feed.Quote)
        {
            yield return new($"{path}.{(Separates(feed.Delimiter) && !Separates(feed.Quote) ? "quote" : "delimiter")}",
                $"feed {feed.Name}: delimiter and quote must be two different ASCII characters, and no line end");
        }

        if (!feed.Header && feed.Columns.ByName.Values.Any(column => column.Name is not null))
        {
            yield return new(
                $"{path}.columns", $"feed {feed.Name}: columns names headers, and \"header\": false says that there are none");
        }
    }

    private static IEnumerable<DefinitionFault> AnalysisFaults(AnalysisDefinition analysis, int index) =>
        from written in analysis.Export.Index()
        let fault = KeyFault(written.Item.Key, WordsOfExports)
        where fault is not null
        select new DefinitionFault(
            ExportPath(index, written.Index), $"analysis {analysis.Name}: export '{written.Item.Key}' {fault}");

    private static string ExportPath(int analysis, int index) => JsonPath.Of($"{AnalysisPath(analysis)}.export", index);

    private static IEnumerable<DefinitionFault> FeedsThatOverlap(PipelineDefinition pipeline) =>
        from pair in pipeline.Targets.SelectMany((feed, index) => pipeline.Targets.Skip(index + 1).Select(later => (feed, later)))
        let key = PatternOverlap.Example(pair.feed.Pattern, pair.later.Pattern)
        where key is not null
        select new DefinitionFault(
            PathOf(pipeline, pair.later),
            $"feeds {pair.feed.Name} and {pair.later.Name}: both take the key {key}; only the first would get it");

    /// <summary>Where the keys of a feed, or of the marker, are named.</summary>
    private static string PathOf(PipelineDefinition pipeline, IDropTarget target) => target is FeedDefinition
        ? $"{FeedPath(pipeline.Feeds.Index().First(feed => ReferenceEquals(feed.Item, target)).Index)}.object"
        : "$.trigger.object";

    private static IEnumerable<DefinitionFault> ExportsThatClash(PipelineDefinition pipeline)
    {
        var exports = pipeline.Analyses.SelectMany((analysis, index) => analysis.ExportsOf(pipeline.Name, AnyDate)
            .Select((export, at) => (analysis.Name, export.Key, Path: ExportPath(index, at)))).ToList();
        foreach (var (path, key) in Repeated(exports.Select(export => (export.Path, export.Key))))
        {
            yield return new(path, $"the export '{key}' is written twice; the second would undo the first");
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
            yield return new(PathOf(pipeline, taker),
                $"feed {taker.Name}: the rejects of feed {written.Name} would land on it ({key}) and start the pipeline again");
        }

        foreach (var (written, taker, key) in
            from written in pipeline.Checks
            from taker in pipeline.Targets
            let key = PatternOverlap.Example(taker.Pattern, OnAnyDate(pipeline.CheckRowsKey(written.Name, AnyDate)))
            where key is not null
            select (written, taker, key))
        {
            yield return new(PathOf(pipeline, taker),
                $"feed {taker.Name}: the rows of check {written.Name} would land on it ({key}) and start the pipeline again");
        }

        foreach (var export in exports.Where(export => export.Key.StartsWith(pipeline.RejectsPrefix, StringComparison.Ordinal)))
        {
            yield return new(export.Path, $"analysis {export.Name}: its export {export.Key} stands where the worker writes rejects");
        }

        foreach (var (path, name, feed, key) in
            from export in exports
            from feed in pipeline.Targets
            let key = PatternOverlap.Example(feed.Pattern, OnAnyDate(export.Key))
            where key is not null
            select (export.Path, export.Name, feed.Name, key))
        {
            yield return new(path, $"analysis {name}: its export {key} would land on feed {feed} and start the pipeline again");
        }
    }

    /// <summary>The keys of a key of <see cref="AnyDate"/> over all days.</summary>
    private static ObjectPattern OnAnyDate(string key) =>
        ObjectPattern.OfWritten(key, AnyDate.ToString("yyyy-MM-dd", CultureInfo.InvariantCulture));

    /// <returns>What keeps a text from being an object key with these placeholders, or null.</returns>
    internal static string? KeyFault(string text, string[] placeholders)
    {
        var words = Placeholder().Matches(text).Select(match => match.Value).ToList();
        var hasForms = placeholders.Contains(ObjectPattern.DateWord);
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

    private static IEnumerable<(string Path, string Name)> Named(string list, IEnumerable<string> names) =>
        names.Select((name, index) => (JsonPath.Of(list, index), name));

    /// <summary>The names that stand there again, each once, with the path of its second place.</summary>
    private static IEnumerable<(string Path, string Name)> Repeated(IEnumerable<(string Path, string Name)> names) =>
        names.GroupBy(named => named.Name).Where(group => group.Count() > 1).Select(group => group.ElementAt(1));
}
