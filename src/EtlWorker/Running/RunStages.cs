using EtlWorker.Ledger.Runs;

namespace EtlWorker.Running;

/// <summary>The stages of a run, in order.</summary>
/// <param name="Loading">Those in the run's one transaction.</param>
/// <param name="Commit">The last one in it, which the commit of the transaction ends.</param>
/// <param name="Delivering">Those of a committed run. Each may be repeated after a crash.</param>
internal sealed record RunStages(IReadOnlyList<IRunStage> Loading, IRunStage Commit, IReadOnlyList<IRunStage> Delivering);
