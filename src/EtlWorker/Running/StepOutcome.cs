using EtlWorker.Domain.Runs;
using EtlWorker.Ledger.Runs;

namespace EtlWorker.Running;

/// <summary>How one step of a pipeline ended.</summary>
internal abstract record StepOutcome
{
    private StepOutcome()
    {
    }

    /// <summary>There is nothing to do.</summary>
    public sealed record Idle : StepOutcome;

    /// <summary>A run came to its end, whichever; another one may be ready.</summary>
    public sealed record Ran : StepOutcome;

    /// <summary>A fault kept the step from being done; it is tried again.</summary>
    /// <param name="Stage">Where.</param>
    /// <param name="Fault">Which.</param>
    /// <param name="Run">The run that met it; null where no run had begun.</param>
    public sealed record Delayed(RunStage Stage, Fault Fault, Run? Run) : StepOutcome;

    /// <summary>The worker is being stopped.</summary>
    public sealed record Stopped : StepOutcome;
}
