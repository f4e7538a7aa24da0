using EtlWorker.Definitions;

namespace EtlWorker.Serving;

/// <summary>Decides which of the versions found are used: a pure function of them and of what was good before.</summary>
internal static class VersionChoice
{
    /// <param name="found">What stands there now. Of one that is unfinished what was good before stays in use.</param>
    /// <param name="lastGood">What was good before, by source.</param>
    public static Choice Of(IReadOnlyList<FoundVersion> found, IReadOnlyDictionary<string, LoadedDefinition> lastGood)
    {
        var chosen = new SortedDictionary<string, LoadedDefinition>(StringComparer.Ordinal);
        var refused = new Dictionary<string, IReadOnlyList<string>>();
        foreach (var version in found)
        {
            if ((version.Definition ?? lastGood.GetValueOrDefault(version.Source)) is { } usable)
            {
                chosen[version.Source] = usable;
            }

            if (version is { Definition: null, IsUnfinished: false })
            {
                refused[version.Source] = version.Faults;
            }
        }

        // A pipeline that goes back to what was good before may clash with another one's new version in turn.
        while (Clashes(chosen, lastGood) is { Count: > 0 } clashes)
        {
            foreach (var (source, faults) in clashes)
            {
                refused[source] = faults;
                if (lastGood.TryGetValue(source, out var former))
                {
                    chosen[source] = former;
                }
                else
                {
                    chosen.Remove(source);
                }
            }
        }

        return new Choice(chosen, refused);
    }

    /// <returns>The new versions that clash with another one, and why; of two new ones both.</returns>
    private static Dictionary<string, List<string>> Clashes(
        IReadOnlyDictionary<string, LoadedDefinition> chosen, IReadOnlyDictionary<string, LoadedDefinition> lastGood)
    {
        var clashes = new Dictionary<string, List<string>>();
        foreach (var (source, definition) in chosen.Where(one => lastGood.GetValueOrDefault(one.Key)?.Hash != one.Value.Hash))
        {
            foreach (var (otherSource, other) in chosen.Where(one => one.Key != source))
            {
                var faults = PipelineConflicts.Between(definition.Pipeline, other.Pipeline).Select(conflict =>
                    $"pipelines {definition.Pipeline.Name} ({source}) and {other.Pipeline.Name} ({otherSource}): {conflict}; "
                    + "one would undo what the other did").ToList();
                if (faults.Count > 0)
                {
                    clashes[source] = [.. clashes.GetValueOrDefault(source, []), .. faults];
                }
            }
        }

        return clashes;
    }

    /// <param name="Used">The definitions to use, by source.</param>
    /// <param name="Refused">Why a source's version is not used.</param>
    internal sealed record Choice(
        IReadOnlyDictionary<string, LoadedDefinition> Used, IReadOnlyDictionary<string, IReadOnlyList<string>> Refused);
}
