using EtlWorker.Domain.Runs;

namespace EtlWorker.Domain.Batches;

/// <summary>Why a drop is not loaded as things stand. The words are the notices'.</summary>
public abstract record DisposalReason
{
    private DisposalReason()
    {
    }

    /// <summary>The definition does not have its feed any more.</summary>
    public sealed record NoSuchFeed : DisposalReason;

    /// <summary>Its key names a date later than the day after it landed.</summary>
    public sealed record DateAhead : DisposalReason;

    /// <summary>Its key names a date many years before it landed.</summary>
    public sealed record DateTooOld : DisposalReason;

    /// <summary>Its date has its run.</summary>
    /// <param name="Of">The feed, or the marker, that dropped a second time.</param>
    /// <param name="State">How far the run has come.</param>
    /// <param name="Failed">The newest earlier date whose run failed and that the drop may correct; null where there is none.</param>
    public sealed record DateHasRun(string Of, RunState State, DateOnly? Failed) : DisposalReason;

    /// <summary>A newer date has been loaded.</summary>
    public sealed record NewerLoaded(DateOnly Newest) : DisposalReason;

    /// <summary>The batch of a newer date is ready.</summary>
    public sealed record NewerReady(DateOnly Batch, DateOnly Ready) : DisposalReason;

    /// <summary>It is a part of an earlier set, whose marker never came.</summary>
    public sealed record LeftBehind : DisposalReason;

    /// <summary>Its window closed before its set was complete.</summary>
    /// <param name="Batch">The date of the window.</param>
    /// <param name="Missing">What was missing, each in words.</param>
    public sealed record Incomplete(DateOnly Batch, IReadOnlyList<string> Missing) : DisposalReason;

    /// <summary>Its batch failed, and nothing newer has landed for it.</summary>
    public sealed record BatchFailed(DateOnly Batch) : DisposalReason;

    /// <summary>A newer drop joined the same batch.</summary>
    /// <param name="Of">The feed; of a part its key.</param>
    public sealed record NewerDrop(string Of) : DisposalReason;

    /// <summary>It is empty, and a newer version takes its place.</summary>
    public sealed record EmptyReplaced(DateTimeOffset Landed) : DisposalReason;

    /// <summary>It is empty, and no set of its date is awaited.</summary>
    public sealed record EmptyUnawaited : DisposalReason;

    /// <summary>It is empty, and a batch runs without it.</summary>
    public sealed record EmptyPassedOver(DateOnly Batch) : DisposalReason;
}
