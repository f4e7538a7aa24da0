namespace EtlWorker.Domain.Batches;

/// <summary>What to do now: the drops to exclude, and the batch to run, if one is ready.</summary>
public sealed record BatchDecision(IReadOnlyList<Disposal> Disposals, Batch? Ready);
