namespace EtlWorker.Domain.Batches;

/// <summary>What to do now: the drops to put aside, and the batch to run, if one is ready.</summary>
public sealed record BatchDecision(IReadOnlyList<Disposal> Disposals, Batch? Ready);
