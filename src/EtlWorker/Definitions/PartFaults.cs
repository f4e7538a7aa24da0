using EtlWorker.Domain.Batches;
using EtlWorker.Domain.Pipelines;

namespace EtlWorker.Definitions;

/// <summary>What is wrong with what a feed says of its snapshot's parts.</summary>
internal static class PartFaults
{
    public static IEnumerable<string> In(FeedDefinition feed, IBatchTrigger trigger)
    {
        if (feed is { Mode: LoadMode.Replace, IsGlob: true, NamesDate: false, Parts: null })
        {
            yield return $"feed {feed.Name}: object '{feed.Object}' takes several files and mode replace loads a snapshot: "
                + "say \"parts\": \"newest\" where each file is a whole snapshot and the newest one counts, "
                + "or \"parts\": \"all\" where the files of a date make one together";
        }

        if (feed.Parts is not null && !feed.IsGlob)
        {
            yield return $"feed {feed.Name}: parts is for an object with *, and '{feed.Object}' is one file; leave it out";
        }

        if (feed.Parts is not null && feed.IsIncremental)
        {
            yield return $"feed {feed.Name}: parts is for mode replace; in the others every file counts anyway, so leave it out";
        }

        if (feed.Count is not null && feed.Parts != Parts.All)
        {
            yield return $"feed {feed.Name}: count goes with \"parts\": \"all\" only";
        }

        if (feed.Count is < 1)
        {
            yield return $"feed {feed.Name}: count must be at least 1";
        }

        if (feed.HasParts && !feed.Required)
        {
            yield return $"feed {feed.Name}: \"parts\": \"all\" needs a required feed; "
                + "of an optional one nobody knows to which set a file belongs";
        }

        if (trigger.PartsFault(feed) is { } fault)
        {
            yield return $"feed {feed.Name}: {fault}";
        }
    }
}
