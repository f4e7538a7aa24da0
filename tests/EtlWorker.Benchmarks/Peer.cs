namespace EtlWorker.Benchmarks;

/// <summary>What a case is compared with.</summary>
/// <param name="Case">The case's name.</param>
/// <param name="Short">Its name in the table.</param>
internal sealed record Peer(string Case, string Short);
