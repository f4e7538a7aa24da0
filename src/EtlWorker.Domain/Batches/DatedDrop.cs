using EtlWorker.Domain.Drops;
using EtlWorker.Domain.Pipelines;

namespace EtlWorker.Domain.Batches;

/// <summary>A drop with its feed and the date that it belongs to, which its key names or its event time gives.</summary>
internal sealed record DatedDrop(Drop Drop, FeedDefinition Feed, DateOnly Date, bool DateIsNamed)
{
    /// <summary>The date that its key names or its event time gives, whatever run has it.</summary>
    public DateOnly LandedOn { get; init; } = Date;

    public bool IsMarker => Feed.Name == PipelineDefinition.MarkerFeed;

    public bool IsOptional => !Feed.Required && !IsMarker;

    /// <summary>Whether the object holds nothing although its feed needs rows. A marker is normally empty.</summary>
    public bool IsEmpty => Drop.Size == 0 && Feed.MinRows >= 1 && !IsMarker;

    public bool IsPending => Drop.Disposition == DropDisposition.Pending;

    public bool IsDiscarded => Drop.Disposition == DropDisposition.Discarded;

    public bool IsFailed => Drop.Disposition == DropDisposition.Failed;
}
