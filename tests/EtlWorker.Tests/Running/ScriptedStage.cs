using EtlWorker.Domain.Runs;
using EtlWorker.Ledger.Runs;

namespace EtlWorker.Tests.Running;

/// <summary>A stage that does what a test says.</summary>
internal sealed class ScriptedStage(RunStage stage) : IRunStage
{
    public RunStage Stage => stage;

    /// <summary>How often it ran.</summary>
    public int Runs { get; private set; }

    public Func<RunWork, CancellationToken, Task> Does { get; set; } = (_, _) => Task.CompletedTask;

    public Task RunAsync(RunWork work, CancellationToken cancellationToken)
    {
        Runs++;
        return Does(work, cancellationToken);
    }
}
