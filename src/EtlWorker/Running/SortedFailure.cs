using EtlWorker.Domain.Drops;
using EtlWorker.Domain.Runs;

namespace EtlWorker.Running;

/// <summary>What went wrong, in words that hold no row contents.</summary>
/// <param name="Kind">What it means for the run.</param>
/// <param name="Cause">One sentence.</param>
/// <param name="Remedy">What the operator should do; empty when trying again is the remedy.</param>
/// <param name="Unexpected">The exception itself where its stack is wanted; others may hold values of rows.</param>
internal sealed record SortedFailure(FaultKind Kind, string Cause, string Remedy, Exception? Unexpected = null)
{
    /// <summary>Whether another attempt may end well.</summary>
    public bool IsTransient => Kind != FaultKind.Permanent;

    public static SortedFailure None { get; } = new(FaultKind.Passing, "", "");

    /// <summary>The drop by whose contents a load failed; null where none is at fault.</summary>
    public Drop? AtFault { get; init; }
}
