using EtlWorker.Definitions;
using EtlWorker.Domain.Batches;
using EtlWorker.Domain.Drops;
using EtlWorker.Domain.Pipelines;
using EtlWorker.Domain.Runs;
using EtlWorker.Objects;
using EtlWorker.Storage;

namespace EtlWorker.Plan;

/// <summary>Chooses of the objects of a source those that a run of a date would load, as the batch decision chooses of drops.</summary>
internal sealed class SetFinder(Pipeline pipeline, IObjectSource source)
{
    private const int MostLooks = 10;
    private readonly PipelineDefinition _definition = pipeline.Definition.Pipeline;

    /// <param name="isNamed">
    /// Whether a person named the folder that the source is: its files are matched by path or by name. Else the files are the current
    /// objects of the pipeline's source; those of a folder that are still being written are waited for.
    /// </param>
    /// <param name="date">The run date; a file whose name has no date is of it.</param>
    /// <param name="database">Knows which objects of feeds whose every drop counts are done.</param>
    /// <param name="time">Measures the wait.</param>
    /// <param name="cancellationToken">Ends the listing.</param>
    public async Task<PlannedSet> FindAsync(
        bool isNamed, DateOnly date, Database database, TimeProvider time, CancellationToken cancellationToken)
    {
        if (isNamed)
        {
            return await OfFolderAsync(date, cancellationToken);
        }

        var finished = await FinishedObjects.ReadAsync(database, _definition, source.Location, cancellationToken);
        var finder = new ObjectFinder(source);
        for (var looks = 1; ; looks++)
        {
            var set = await OfSourceAsync(
                date, (target, listed) => finished.WhyAsync(finder, target, listed, cancellationToken), cancellationToken);
            if (source.LookAgain is not { } soon)
            {
                return set;
            }

            if (looks == MostLooks)
            {
                throw new RunFailedException(
                    $"files in {source.Location} are still being written, after {MostLooks} looks",
                    "Have senders write under a name that ends in .part and rename, or run the command again when they are done.");
            }

            await Task.Delay(soon, time, cancellationToken);
        }
    }

    public async Task<PlannedSet> OfFolderAsync(DateOnly date, CancellationToken cancellationToken)
    {
        var finder = new TargetFinder(_definition);
        var (drops, others) = (new List<Drop>(), new List<(string, string)>());
        await foreach (var listed in source.ListAsync("", cancellationToken))
        {
            if (finder.Find(listed.Key, out var named, out var reason) is { } target)
            {
                drops.Add(DropOf(target, listed, named, date, drops.Count + 1));
            }
            else
            {
                others.Add((listed.Key, reason));
            }
        }

        return SetOf(date, drops, others);
    }

    public async Task<PlannedSet> OfSourceAsync(
        DateOnly date, Func<IDropTarget, ListedObject, Task<string?>> whyDone, CancellationToken cancellationToken)
    {
        var (drops, others) = (new List<Drop>(), new List<(string, string)>());
        var since = new DateTimeOffset(date.ToDateTime(TimeOnly.MinValue), TimeSpan.Zero);
        foreach (var target in _definition.Targets)
        {
            await foreach (var listed in source.ListAsync(target.Pattern, since, cancellationToken))
            {
                if (!target.Takes(listed.Key, out var named))
                {
                    continue;
                }

                if (target.IsIncremental && await whyDone(target, listed) is { } why)
                {
                    others.Add((listed.Key, why));
                }
                else
                {
                    drops.Add(DropOf(target, listed, named, date, drops.Count + 1));
                }
            }
        }

        return SetOf(date, drops, others);
    }

    private Drop DropOf(IDropTarget target, ListedObject listed, DateOnly? named, DateOnly date, long id) => new()
    {
        Id = id,
        Feed = target.Name,
        Bucket = source.Location,
        Key = listed.Key,
        ETag = listed.ETag,
        Size = listed.Size,
        EventTime = listed.LastModified,
        ReceivedAt = listed.LastModified,
        RunDate = named ?? date,
    };

    private PlannedSet SetOf(DateOnly date, List<Drop> drops, List<(string File, string Reason)> others)
    {
        var batch = pipeline.Planner.Replan(date, [], drops, out var missing);
        var taken = batch.Drops.Select(drop => drop.Id).ToHashSet();
        var left = drops.Where(drop => !taken.Contains(drop.Id)).Select(drop => (drop.Key, ReasonOf(date, drop)));
        return new PlannedSet(
            [.. batch.Drops.Where(drop => drop.Feed != MarkerDefinition.LedgerName)], missing,
            [.. left.Concat(others).OrderBy(other => other.Item1, StringComparer.Ordinal)]);
    }

    private static string ReasonOf(DateOnly date, Drop drop) => drop switch
    {
        _ when drop.RunDate != date => $"of {drop.RunDate:yyyy-MM-dd}: for feed {drop.Feed}, with --date {drop.RunDate:yyyy-MM-dd}",
        { Size: 0 } when drop.Feed != MarkerDefinition.LedgerName => $"empty: feed {drop.Feed} needs rows",
        { Feed: MarkerDefinition.LedgerName } => "a marker: it is not read",
        _ => $"feed {drop.Feed} takes the newest of its files",
    };
}
