namespace EtlWorker.Domain.Pipelines;

/// <summary>A SELECT that returns the offending rows: none is good.</summary>
public sealed record CheckDefinition
{
    public required string Name { get; init; }

    /// <summary>SQL file, beside the definition.</summary>
    public required string Sql { get; init; }

    public Severity Severity { get; set; } = Severity.Fail;
}
