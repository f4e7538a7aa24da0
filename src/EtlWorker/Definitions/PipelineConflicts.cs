using EtlWorker.Domain.Pipelines;

namespace EtlWorker.Definitions;

/// <summary>What two pipelines of one worker would undo of each other.</summary>
internal static class PipelineConflicts
{
    /// <returns>What both write, in clauses; none where they go together.</returns>
    public static IEnumerable<string> Between(PipelineDefinition one, PipelineDefinition other)
    {
        if (one.Name == other.Name)
        {
            yield return $"both are called {one.Name}";
        }

        foreach (var (renamed, former) in new[] { (one, other), (other, one) }.Where(pair => pair.Item1.FormerName == pair.Item2.Name))
        {
            yield return $"{renamed.Name} says that {former.Name} is its former name, and {former.Name} is there";
        }

        foreach (var table in Tables(one).Intersect(Tables(other)))
        {
            yield return $"both fill the table {table}";
        }

        foreach (var key in DefinitionFaults.ExportsInBoth(one, other))
        {
            yield return $"both write the export {key}";
        }
    }

    private static IEnumerable<string> Tables(PipelineDefinition pipeline) =>
        pipeline.Feeds.Select(feed => feed.Table).Concat(pipeline.Analyses.Select(analysis => analysis.Table));
}
