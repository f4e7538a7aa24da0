using EtlWorker.Domain.Runs;
using EtlWorker.Ledger.Runs;

namespace EtlWorker.Running;

/// <summary>What this worker knows from one step to the next, and could not write into the ledger.</summary>
internal sealed class RunMemory
{
    private (Run Run, StageOutcome.Failed Outcome)? _verdict;
    private long? _guarded;

    /// <summary>Whether the ledger was out of reach since the last step: no time limit runs while nothing can be done.</summary>
    public bool WasAway { get; set; }

    /// <summary>The run of the command that this process is; null in the service, and once the command is stopped.</summary>
    public long? OfCommand { get; private set; }

    /// <summary>The runs of which this command gives word.</summary>
    public HashSet<long> CommandRuns { get; } = [];

    public void BeginCommand(Run run)
    {
        OfCommand = run.Id;
        CommandRuns.Add(run.Id);
    }

    /// <summary>The command is to end: it begins no run, and what it has begun and not loaded is given up.</summary>
    public bool IsCommandStopped { get; private set; }

    public void StopCommand() => (OfCommand, IsCommandStopped) = (null, true);

    /// <summary>How a run ended whose session was lost before the ledger could be written.</summary>
    public void Keep(Run run, StageOutcome.Failed outcome) => _verdict = (run, outcome);

    /// <returns>How the run ended, where that is still to be written; null for another run, or one that has gone on since.</returns>
    public StageOutcome.Failed? VerdictOf(Run run) =>
        _verdict is var (known, outcome) && (known.Id, known.Attempt, known.State) == (run.Id, run.Attempt, run.State) ? outcome : null;

    public void ForgetVerdict() => _verdict = null;

    /// <summary>A run's session was ended by a row that a table refused.</summary>
    public void Guard(Run run) => _guarded = run.Id;

    public bool IsGuarded(Run run) => _guarded == run.Id;
}
