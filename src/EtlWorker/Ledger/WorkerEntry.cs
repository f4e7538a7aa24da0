namespace EtlWorker.Ledger;

/// <summary>What a worker says of itself in the ledger.</summary>
internal sealed record WorkerEntry
{
    public required string Worker { get; init; }

    public required string Pipeline { get; init; }

    public required string DefinitionHash { get; init; }

    public required string Document { get; init; }

    /// <summary>The SQL files as one JSON object.</summary>
    public required string Sql { get; init; }

    /// <summary>The program's own.</summary>
    public required string Version { get; init; }
}
