namespace EtlWorker.Ledger;

/// <summary>What a worker says of itself in the ledger.</summary>
/// <param name="Worker">Its name.</param>
/// <param name="Version">The program's own.</param>
internal sealed record WorkerEntry(WorkerName Worker, string Version);
