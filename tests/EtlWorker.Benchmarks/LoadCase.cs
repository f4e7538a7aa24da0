namespace EtlWorker.Benchmarks;

/// <summary>One line of a table: who loads which file how, or who makes which run.</summary>
internal sealed record LoadCase(string Name, int Rows, Func<CancellationToken, Task<Measurement>> MeasureAsync)
{
    public bool Pinned { get; init; }

    /// <summary>The case of the same rows that this one's time is compared with.</summary>
    public required Peer Peer { get; init; }
}
