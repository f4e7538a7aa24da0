namespace EtlWorker.Domain.Pipelines;

/// <summary>A SELECT that says of <c>@run_date</c> whether a run is expected on it.</summary>
public sealed record DayQueryDefinition
{
    /// <summary>SQL file, beside the definition: one SELECT of one column, true (or a number other than 0) where the day counts.</summary>
    [Allowed(Pattern = Forms.AnythingPattern, Form = Forms.Anything)]
    public required string Sql { get; init; }
}
