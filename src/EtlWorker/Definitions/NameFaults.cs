using EtlWorker.Domain.Pipelines;

namespace EtlWorker.Definitions;

/// <summary>What is wrong with the names that a pipeline and its feeds have and had.</summary>
internal static class NameFaults
{
    public const string Rule = "use 1 to 40 ASCII letters, digits, - and _";

    public static bool IsName(string text) =>
        text.Length is > 0 and <= 40 && text.All(letter => char.IsAsciiLetterOrDigit(letter) || letter is '-' or '_');

    /// <summary>A former name that cannot be one.</summary>
    public static IEnumerable<string> InFormer(PipelineDefinition pipeline)
    {
        if (pipeline.FormerName is { } name && (!IsName(name) || name == pipeline.Name))
        {
            yield return $"formerName '{name}': another name than the pipeline's own; {Rule}";
        }

        foreach (var feed in pipeline.Feeds)
        {
            if (feed.FormerName is { } former && (!IsName(former) || pipeline.Feeds.Any(other => other.Name == former)))
            {
                yield return $"feed {feed.Name}: formerName '{former}' must be a name that no feed has now; {Rule}";
            }
        }

        var formers = pipeline.Feeds.Select(feed => feed.FormerName).OfType<string>().GroupBy(former => former);
        foreach (var twice in formers.Where(same => same.Count() > 1))
        {
            yield return $"the formerName '{twice.Key}' is that of two feeds";
        }
    }
}
