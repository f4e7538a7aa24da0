using EtlWorker.Ledger.Drops;

namespace EtlWorker.Recovery;

/// <summary>How a person's discarding of drops ended.</summary>
internal abstract record DiscardOutcome
{
    private DiscardOutcome()
    {
    }

    /// <summary>Nothing takes these any more; as they were before.</summary>
    public sealed record Discarded(IReadOnlyList<FoundDrop> Drops) : DiscardOutcome;

    /// <summary>Nothing was changed, and why: a sentence for each drop that cannot be discarded.</summary>
    public sealed record Refused(IReadOnlyList<string> Messages) : DiscardOutcome;

    /// <summary>Nothing was changed: the pipeline has no such drops.</summary>
    public sealed record NotFound(IReadOnlyList<long> Ids) : DiscardOutcome;
}
