namespace EtlWorker.Ledger;

/// <summary>A worker as the ledger knows it.</summary>
/// <param name="Name">Host and process id.</param>
/// <param name="DefinitionHash">The definition that it began with.</param>
/// <param name="SeenAt">When it was last seen, by the database's clock.</param>
/// <param name="IsAlive">Whether that is less than <see cref="WorkerRegistry.SilentAfter"/> ago, by the same clock.</param>
internal sealed record SeenWorker(string Name, string DefinitionHash, DateTimeOffset SeenAt, bool IsAlive);
