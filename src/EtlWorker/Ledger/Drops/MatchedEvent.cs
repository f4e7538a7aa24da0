using EtlWorker.Domain.Drops;

namespace EtlWorker.Ledger.Drops;

/// <summary>An event with the feed that takes it, or the reason why none does.</summary>
internal sealed record MatchedEvent(DropEvent Event, string? Feed, string? IgnoredBecause)
{
    /// <summary>Why the drop is recorded and does not count, or null: it was not dropped anew, it is what is there.</summary>
    public string? HeldBecause { get; init; }

    /// <summary>What a drop that counts now was recorded as: ignored or gone; null for one that the ledger did not have.</summary>
    public DropDisposition? Former { get; init; }

    public string? Reason => IgnoredBecause ?? HeldBecause;

    public DropDisposition Disposition => IgnoredBecause is not null ? DropDisposition.Ignored
        : HeldBecause is not null ? DropDisposition.Held : DropDisposition.Pending;
}
