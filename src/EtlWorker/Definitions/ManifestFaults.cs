using EtlWorker.Domain.Drops;
using EtlWorker.Domain.Pipelines;

namespace EtlWorker.Definitions;

/// <summary>What is wrong with what a feed says of its control totals.</summary>
internal static class ManifestFaults
{
    private static readonly string[] WordsOfKeys =
        [ManifestDefinition.ObjectWord, ManifestDefinition.StemWord, ObjectPattern.DateWord, "{date:yyyyMMdd}"];

    /// <param name="feed">The feed.</param>
    /// <param name="targets">All that takes objects.</param>
    /// <param name="path">The feed's JSON path.</param>
    public static IEnumerable<DefinitionFault> In(FeedDefinition feed, IEnumerable<IDropTarget> targets, string path) =>
        TrailerFaults(feed, path).Concat(feed.Manifest is { } manifest
            ? ManifestFaultsOf(feed, manifest, targets, $"{path}.manifest")
            : []);

    private static IEnumerable<DefinitionFault> TrailerFaults(FeedDefinition feed, string path)
    {
        if (feed.Trailer is { } trailer && TrailerPattern.FaultOf(trailer) is { } fault)
        {
            yield return new($"{path}.trailer", $"feed {feed.Name}: trailer '{trailer}' {fault}");
        }

        if (feed is { Trailer: not null, SkipLastLines: 0 })
        {
            yield return new($"{path}.trailer",
                $"feed {feed.Name}: a trailer is one of the last lines, which are no rows; say how many: \"skipLastLines\": 1");
        }
    }

    private static IEnumerable<DefinitionFault> ManifestFaultsOf(
        FeedDefinition feed, ManifestDefinition manifest, IEnumerable<IDropTarget> targets, string path)
    {
        if (DefinitionFaults.KeyFault(manifest.Object, WordsOfKeys) is { } fault)
        {
            yield return new($"{path}.object", $"feed {feed.Name}: the manifest's object '{manifest.Object}' {fault}");
            yield break;
        }

        if (manifest.Object.Contains('*', StringComparison.Ordinal))
        {
            yield return new($"{path}.object",
                $"feed {feed.Name}: the manifest's object '{manifest.Object}' has a *; each file has one manifest: write {{object}} or "
                + "{stem} for the key of the file");
        }
        else if (targets.Select(target => (target.Name, Key: PatternOverlap.Example(target.Pattern, manifest.PatternOf(feed))))
            .FirstOrDefault(taken => taken.Key is not null) is (var taker, { } key))
        {
            yield return new($"{path}.object",
                $"feed {feed.Name}: feed {taker} takes {key}, which may be a manifest; let one of them have other keys");
        }

        var hasNames = manifest.Format is ManifestFormat.Json or ManifestFormat.Csv;
        if (hasNames && manifest is { Rows: null, Sha256: null })
        {
            yield return new(path, $"feed {feed.Name}: manifest needs rows, sha256 or both: where the values stand in it");
        }

        if (!hasNames && manifest is not { Rows: null, Sha256: null, File: null })
        {
            yield return new(path,
                $"feed {feed.Name}: rows, sha256 and file are for a manifest of format json or csv; leave them out");
        }

        if (manifest.Format != ManifestFormat.Sha256sum && manifest.File is null && !manifest.IsOfFile() && feed.IsGlob)
        {
            yield return new(path,
                $"feed {feed.Name}: one manifest '{manifest.Object}' is for several files: say by \"file\" where their names stand in it, "
                + "or give each file its own by {object} or {stem}");
        }
    }
}
