using EtlWorker.Domain.Drops;
using EtlWorker.Domain.Pipelines;

namespace EtlWorker.Domain.Batches;

/// <summary>A drop with what it is a drop of and the date that it belongs to, which its key names or its event time gives.</summary>
internal sealed record DatedDrop(Drop Drop, IDropTarget Target, DateOnly Date, bool DateIsNamed)
{
    /// <summary>The date that its key names or its event time gives, whatever run has it.</summary>
    public DateOnly LandedOn { get; init; } = Date;

    public bool IsOf(IDropTarget target) => Target.Name == target.Name;

    public bool IsMarker => Target is MarkerDefinition;

    public bool IsRequired => Target is FeedDefinition { Required: true };

    public bool IsOptional => Target is FeedDefinition { Required: false };

    /// <summary>Whether the object holds nothing although its feed needs rows. A marker is normally empty.</summary>
    public bool IsEmpty => Drop.Size == 0 && Target is FeedDefinition { MinRows: >= 1 };

    public bool IsPending => Drop.Disposition == DropDisposition.Pending;

    public bool IsDiscarded => Drop.Disposition == DropDisposition.Discarded;

    public bool IsFailed => Drop.Disposition == DropDisposition.Failed;
}
