using EtlWorker.Domain.Drops;

namespace EtlWorker.Domain.Runs;

/// <summary>How a stage of a run ended, decided where its fault was first known.</summary>
/// <param name="Stage">The stage.</param>
public abstract record StageOutcome(RunStage Stage)
{
    /// <summary>It did its work.</summary>
    public sealed record Completed(RunStage Stage) : StageOutcome(Stage);

    /// <summary>A temporary fault: the run is tried again by a later step.</summary>
    public sealed record TryAgain(RunStage Stage, Fault Fault) : StageOutcome(Stage);

    /// <summary>An object is not what its event told: the run's batch is planned again.</summary>
    /// <param name="Stage">The stage.</param>
    /// <param name="Fault">What happened to the object.</param>
    /// <param name="Changed">Whose object it is.</param>
    public sealed record PlanAgain(RunStage Stage, Fault Fault, Drop Changed) : StageOutcome(Stage);

    /// <summary>The ledger is out of reach: nothing counts as tried.</summary>
    public sealed record Unreachable(RunStage Stage, Fault Fault) : StageOutcome(Stage);

    /// <summary>Trying again would end the same way.</summary>
    /// <param name="Stage">The stage.</param>
    /// <param name="Fault">Why.</param>
    /// <param name="AtFault">The drop by whose contents it failed; null where none is at fault.</param>
    public sealed record Failed(RunStage Stage, Fault Fault, Drop? AtFault) : StageOutcome(Stage);

    /// <summary>The worker is being stopped.</summary>
    public sealed record Stopped(RunStage Stage) : StageOutcome(Stage);

    /// <summary>What a fault makes of the stage that met it.</summary>
    /// <param name="stage">The stage.</param>
    /// <param name="fault">The fault.</param>
    /// <param name="loading">The drop that was being loaded; null where the stage is another one, or failed between drops.</param>
    public static StageOutcome Of(RunStage stage, Fault fault, Drop? loading) => fault.Kind switch
    {
        FaultKind.Permanent => new Failed(stage, fault, fault.IsOfContents ? loading : null),
        FaultKind.Unreachable => new Unreachable(stage, fault),
        FaultKind.Passing or FaultKind.SessionLost => new TryAgain(stage, fault),
        _ => throw new ArgumentOutOfRangeException(nameof(fault), fault.Kind, "No outcome is known for this kind of fault."),
    };
}
