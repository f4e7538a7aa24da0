using EtlWorker.Domain.Runs;
using EtlWorker.Ledger.Runs;
using EtlWorker.Plan;

namespace EtlWorker.Manual;

/// <summary>How a command's run ended.</summary>
internal abstract record ManualOutcome
{
    private ManualOutcome()
    {
    }

    /// <summary>There was nothing to load.</summary>
    public sealed record Nothing(PlannedSet Set) : ManualOutcome;

    /// <summary>No run was begun.</summary>
    public sealed record Refused(Fault Fault) : ManualOutcome;

    /// <summary>The run came to its end, whichever.</summary>
    public sealed record Ended(long Run, RunProgress Progress) : ManualOutcome;

    /// <summary>The command was stopped.</summary>
    /// <param name="Left">What it leaves; null where it had begun no run.</param>
    public sealed record Stopped(string? Left) : ManualOutcome;
}
