using EtlWorker.Domain.Batches;
using EtlWorker.Domain.Pipelines;

namespace EtlWorker.Definitions;

/// <summary>What is wrong with what a feed says of its snapshot's parts.</summary>
internal static class PartFaults
{
    /// <param name="feed">The feed.</param>
    /// <param name="trigger">The pipeline's.</param>
    /// <param name="path">The feed's JSON path.</param>
    public static IEnumerable<DefinitionFault> In(FeedDefinition feed, IBatchTrigger trigger, string path)
    {
        if (feed is { Mode: LoadMode.Replace, IsGlob: true, NamesDate: false, Parts: null })
        {
            yield return new($"{path}.object",
                $"feed {feed.Name}: object '{feed.Object}' takes several files and mode replace loads a snapshot: "
                + "say \"parts\": \"newest\" where each file is a whole snapshot and the newest one counts, "
                + "or \"parts\": \"all\" where the files of a date make one together");
        }

        if (feed.Parts is not null && !feed.IsGlob)
        {
            yield return new($"{path}.parts",
                $"feed {feed.Name}: parts is for an object with *, and '{feed.Object}' is one file; leave it out");
        }

        if (feed.Parts is not null && feed.IsIncremental)
        {
            yield return new($"{path}.parts",
                $"feed {feed.Name}: parts is for mode replace; in the others every file counts anyway, so leave it out");
        }

        if (feed.Count is not null && feed.Parts != Parts.All)
        {
            yield return new($"{path}.count", $"feed {feed.Name}: count goes with \"parts\": \"all\" only");
        }

        if (feed.HasParts && !feed.Required)
        {
            yield return new($"{path}.parts", $"feed {feed.Name}: \"parts\": \"all\" needs a required feed; "
                + "of an optional one nobody knows to which set a file belongs");
        }

        if (trigger.PartsFault(feed) is { } fault)
        {
            yield return new($"{path}.parts", $"feed {feed.Name}: {fault}");
        }
    }
}
