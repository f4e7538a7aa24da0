using EtlWorker.Domain.Drops;
using EtlWorker.Domain.Pipelines;

namespace EtlWorker.Domain.Batches;

/// <summary>A drop with its feed and the date that it belongs to, which its key names or its event time gives.</summary>
internal sealed record DatedDrop(Drop Drop, FeedDefinition Feed, DateOnly Date, bool DateIsNamed)
{
    public bool IsMarker => Feed.Name == PipelineDefinition.MarkerFeed;

    public bool IsPending => Drop.Disposition == DropDisposition.Pending;

    public bool IsFailed => Drop.Disposition == DropDisposition.Failed;
}
