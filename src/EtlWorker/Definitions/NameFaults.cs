using EtlWorker.Domain.Pipelines;

namespace EtlWorker.Definitions;

/// <summary>What is wrong with the names that a pipeline and its feeds had.</summary>
internal static class NameFaults
{
    /// <summary>A former name that cannot be one.</summary>
    public static IEnumerable<DefinitionFault> InFormer(PipelineDefinition pipeline)
    {
        if (pipeline.FormerName is { } name && name == pipeline.Name)
        {
            yield return new("$.formerName", $"formerName '{name}': another name than the pipeline's own");
        }

        foreach (var (index, feed) in pipeline.Feeds.Index())
        {
            if (feed.FormerName is { } former && pipeline.Feeds.Any(other => other.Name == former))
            {
                yield return new(PathOf(index), $"feed {feed.Name}: formerName '{former}' must be a name that no feed has now");
            }
        }

        var formers = pipeline.Feeds.Index().Where(feed => feed.Item.FormerName is not null).GroupBy(feed => feed.Item.FormerName);
        foreach (var twice in formers.Where(same => same.Count() > 1))
        {
            yield return new(PathOf(twice.ElementAt(1).Index), $"the formerName '{twice.Key}' is that of two feeds");
        }
    }

    private static string PathOf(int feed) => $"{DefinitionFaults.FeedPath(feed)}.formerName";
}
