using EtlWorker.Domain.Drops;
using EtlWorker.Domain.Pipelines;
using EtlWorker.Domain.Runs;

namespace EtlWorker.Ledger.Runs;

/// <summary>What the stages of one run tell each other.</summary>
internal sealed class RunWork(RunSession session)
{
    public RunSession Session => session;

    /// <summary>The drop that is being loaded; null between drops.</summary>
    public Drop? Loading { get; set; }

    /// <summary>The feeds whose tables were truncated.</summary>
    public IReadOnlyList<FeedDefinition> Truncated { get; set; } = [];

    /// <summary>What a run would have failed of, where it reads on: the drop, why, and whether none of its rows is loaded.</summary>
    public List<(Drop Drop, Fault Fault, bool IsUnloaded)> Failures { get; } = [];

    /// <summary>What the run's notice must say besides.</summary>
    public List<string> Warnings { get; } = [];

    /// <summary>What is to be done in the run's transaction once all its stages have read the tables.</summary>
    public List<Func<CancellationToken, Task>> BeforeCommit { get; } = [];

    /// <summary>Where the results are, one address each.</summary>
    public List<string> Results { get; } = [];

    /// <summary>Where the refused rows are, each behind what to do with it.</summary>
    public List<string> RejectFiles { get; } = [];

    /// <summary>Where the rows of checks are, each behind what to do with it.</summary>
    public List<string> CheckFiles { get; } = [];
}
