using EtlWorker.Domain.Drops;
using EtlWorker.Domain.Runs;
using EtlWorker.Ledger.Runs;

namespace EtlWorker.Running;

/// <summary>A stage did not end well; the inner exception says why.</summary>
internal sealed class StageFailedException(Run run, RunStage stage, Exception fault) : Exception($"Stage {stage} failed", fault)
{
    public Run Run => run;

    public RunStage Stage => stage;

    /// <summary>What is known of the fault besides, such as who holds the lock; null before it was looked into.</summary>
    public SortedFailure? Failure { get; init; }

    /// <summary>The drop that was being loaded; null where the stage is another one, or failed between drops.</summary>
    public Drop? Loading { get; init; }
}
