using EtlWorker.Domain.Runs;

namespace EtlWorker.Running;

/// <summary>A stage did not end well; the inner exception says why.</summary>
internal sealed class StageFailedException(RunStage stage, Exception fault) : Exception($"Stage {stage} failed", fault)
{
    public RunStage Stage => stage;
}
