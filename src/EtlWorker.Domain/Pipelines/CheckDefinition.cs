namespace EtlWorker.Domain.Pipelines;

/// <summary>A SELECT that returns the offending rows: none is good.</summary>
public sealed record CheckDefinition
{
    /// <summary>The check's name, for notices and messages.</summary>
    [Allowed(Pattern = Forms.AnythingPattern, Form = Forms.Anything)]
    public required string Name { get; init; }

    /// <summary>SQL file, beside the definition: one SELECT that returns the offending rows.</summary>
    [Allowed(Pattern = Forms.AnythingPattern, Form = Forms.Anything)]
    public required string Sql { get; init; }

    /// <summary>What offending rows mean.</summary>
    public Severity Severity { get; set; } = Severity.Fail;
}
