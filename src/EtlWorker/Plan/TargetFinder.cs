using EtlWorker.Domain.Batches;
using EtlWorker.Domain.Drops;
using EtlWorker.Domain.Pipelines;

namespace EtlWorker.Plan;

/// <summary>Which feed, or the marker, takes a file of a folder: by its path, or where no path fits by its name alone.</summary>
internal sealed class TargetFinder
{
    private readonly PipelineDefinition _pipeline;
    private readonly List<(IDropTarget Target, ObjectPattern Name)> _names;

    public TargetFinder(PipelineDefinition pipeline)
    {
        _pipeline = pipeline;
        // A name of nothing but wildcards would take every file.
        _names = [.. pipeline.Targets.Select(target => (target, new ObjectPattern(target.Object[(target.Object.LastIndexOf('/') + 1)..])))
            .Where(named => named.Item2.Text.Any(character => character is not ('*' or '.')))];
    }

    /// <param name="path">Below the folder, with slashes.</param>
    /// <param name="date">The date that the path or the name names, if any.</param>
    /// <param name="reason">Why nothing takes it, where nothing does.</param>
    public IDropTarget? Find(string path, out DateOnly? date, out string reason)
    {
        reason = "";
        if (_pipeline.TargetOf(path) is { } target)
        {
            target.Takes(path, out date);
            return target;
        }

        date = null;
        var name = path[(path.LastIndexOf('/') + 1)..];
        switch (_names.Where(named => named.Name.Matches(name, out _)).ToList())
        {
            case [var only]:
                only.Name.Matches(name, out date);
                return only.Target;
            case []:
                reason = "no feed takes it";
                return null;
            case var several:
                reason = $"its name fits {string.Join(" and ", several.Select(named => named.Target.Name))}: "
                    + "give it the path that the feed's object has";
                return null;
        }
    }
}
