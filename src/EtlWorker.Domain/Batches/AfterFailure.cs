using EtlWorker.Domain.Drops;
using EtlWorker.Domain.Pipelines;
using EtlWorker.Domain.Runs;

namespace EtlWorker.Domain.Batches;

/// <summary>What becomes of the drops of a run that fails before its commit, and which of them a newer version replaces later.</summary>
public static class AfterFailure
{
    /// <summary>What becomes of each drop of the run.</summary>
    /// <param name="definition">The run's definition.</param>
    /// <param name="drops">The drops that the run had.</param>
    /// <param name="atFault">The drop by whose contents the load failed; null where something else failed: then none is at fault.</param>
    /// <param name="isNewest">Whether no later date has been loaded.</param>
    /// <returns>The drops' ids, by what becomes of them.</returns>
    public static ILookup<DropDisposition, long> DispositionsOf(
        PipelineDefinition definition, IEnumerable<Drop> drops, Drop? atFault, bool isNewest) => drops.ToLookup(
            drop => definition.Target(drop.Feed) is { } target
                ? DispositionOf(target, drop.Id == atFault?.Id, isNewest)
                : DropDisposition.Failed,
            drop => drop.Id);

    /// <param name="target">The drop's feed, or the marker.</param>
    /// <param name="isAtFault">Whether the run failed by the contents of this drop, while it was loaded.</param>
    /// <param name="isNewest">Whether no later date has been loaded; it may have loaded newer drops of optional feeds.</param>
    /// <returns>
    /// <c>failed</c>: a retry takes it, or what has taken its place. <c>held</c>: the next batch takes it. <c>pending</c>: it joins
    /// whatever runs next.
    /// </returns>
    public static DropDisposition DispositionOf(IDropTarget target, bool isAtFault, bool isNewest) => target switch
    {
        _ when isAtFault => DropDisposition.Failed,
        FeedDefinition { Required: false } when isNewest || target.IsIncremental => DropDisposition.Pending,
        FeedDefinition { Required: true, IsIncremental: true } => DropDisposition.Held,
        _ => DropDisposition.Failed,
    };

    /// <summary>
    /// The drops that may hold what the run failed by, and that stay until a person discards them or, at best, a newer version
    /// replaces them. Of a snapshot the newest drop counts anyway.
    /// </summary>
    /// <param name="definition">The run's definition.</param>
    /// <param name="drops">The drops that the run had.</param>
    /// <param name="atFault">The drop by whose contents the load failed; null where something else failed.</param>
    /// <param name="stage">Where the run failed.</param>
    public static IReadOnlyList<Suspect> SuspectsOf(
        PipelineDefinition definition, IEnumerable<Drop> drops, Drop? atFault, RunStage stage) =>
    [
        .. from feed in definition.Feeds
           where feed.IsIncremental
           from drop in drops.Where(drop => drop.Feed == feed.Name).OldestFirst()
           where stage == RunStage.Load ? drop.Id == atFault?.Id : stage is > RunStage.Load and <= RunStage.Commit
           select new Suspect(drop, stage == RunStage.Load && !feed.HasOneKey()),
    ];

    /// <summary>
    /// Whether a newer version has taken the place of a drop by which a run failed. Of a snapshot the newest drop counts anyway; of a feed
    /// whose every drop counts only one that was itself at fault gives way, and only where each key is a file of its own: where all
    /// drops are versions of one key, each of them is data of its own.
    /// </summary>
    /// <param name="drop">The drop.</param>
    /// <param name="target">Its feed, or the marker.</param>
    /// <param name="versions">Drops that may be versions of its key.</param>
    public static bool GivesWay(Drop drop, IDropTarget target, IEnumerable<Drop> versions) =>
        drop.Disposition == DropDisposition.Failed && target is FeedDefinition { IsIncremental: true } feed && !feed.HasOneKey()
        && versions.Where(version => CanReplace(version, drop)).Append(drop).Newest().Id != drop.Id;

    private static bool CanReplace(Drop version, Drop drop) => version.Bucket == drop.Bucket && version.Key == drop.Key
        && version.Disposition
            is not (DropDisposition.Discarded or DropDisposition.Gone or DropDisposition.Ignored or DropDisposition.Superseded);
}
