using EtlWorker.Domain.Runs;

namespace EtlWorker.Ledger.Runs;

/// <summary>One step of a run. It throws what keeps it from its work; whoever runs it makes an outcome of that.</summary>
internal interface IRunStage
{
    RunStage Stage { get; }

    Task RunAsync(RunWork work, CancellationToken cancellationToken);
}
