using EtlWorker.Domain.Drops;

namespace EtlWorker.Ledger;

/// <summary>An event with the feed that takes it, or the reason why none does.</summary>
internal sealed record SortedEvent(DropEvent Event, string? Feed, string? IgnoredBecause)
{
    public DropDisposition Disposition => IgnoredBecause is null ? DropDisposition.Pending : DropDisposition.Ignored;
}
