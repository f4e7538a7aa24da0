using EtlWorker.Domain.Runs;
using EtlWorker.Ledger;

namespace EtlWorker.Running;

/// <summary>A stage did not end well; the inner exception says why.</summary>
internal sealed class StageFailedException(Run run, RunStage stage, Exception fault) : Exception($"Stage {stage} failed", fault)
{
    public Run Run => run;

    public RunStage Stage => stage;
}
