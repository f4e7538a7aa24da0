namespace EtlWorker.Domain.Pipelines;

/// <summary>A SELECT that returns the offending rows: none is good.</summary>
public sealed record CheckDefinition
{
    private static readonly CheckLimit None = new();

    /// <summary>The check's name, for notices and messages.</summary>
    [Allowed(Pattern = Forms.AnythingPattern, Form = Forms.Anything)]
    public required string Name { get; init; }

    /// <summary>SQL file, beside the definition: one SELECT that returns the offending rows.</summary>
    [Allowed(Pattern = Forms.AnythingPattern, Form = Forms.Anything)]
    public required string Sql { get; init; }

    /// <summary>What a single offending row means, where neither warn nor fail says more: <c>fail</c> unless it is given.</summary>
    public Severity? Severity { get; init; }

    /// <summary>From how many offending rows on the notice warns; without it, it does not.</summary>
    public CheckLimit? Warn { get; init; }

    /// <summary>From how many offending rows on the run fails; without it, it does not.</summary>
    public CheckLimit? Fail { get; init; }

    /// <summary>Schema-qualified table, of whose rows maxPercent is a part: <c>staging.orders</c>.</summary>
    [Allowed(Pattern = Forms.TablePattern, Form = Forms.Table)]
    public string? Of { get; init; }

    /// <returns>The limit that a verdict has; null where there is no such verdict.</returns>
    public CheckLimit? LimitOf(CheckVerdict verdict) => verdict switch
    {
        CheckVerdict.Warned => Warn ?? (Fail is null && Severity == Pipelines.Severity.Warn ? None : null),
        CheckVerdict.Failed => Fail ?? (Warn is null && Severity != Pipelines.Severity.Warn ? None : null),
        _ => null,
    };

    /// <param name="found">Rows that the check found.</param>
    /// <param name="of">Rows of the table that <see cref="Of"/> names; null where it names none.</param>
    public CheckVerdict Judge(long found, long? of) =>
        LimitOf(CheckVerdict.Failed)?.IsExceededBy(found, of) == true ? CheckVerdict.Failed
        : LimitOf(CheckVerdict.Warned)?.IsExceededBy(found, of) == true ? CheckVerdict.Warned
        : CheckVerdict.Passed;
}
