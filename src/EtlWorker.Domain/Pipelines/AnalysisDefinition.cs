namespace EtlWorker.Domain.Pipelines;

/// <summary>One SELECT over <c>@run_date</c> and <c>@as_of</c> whose result replaces the run date's rows of its table.</summary>
public sealed record AnalysisDefinition
{
    private const string RunDate = "{run_date}";

    public required string Name { get; init; }

    /// <summary>SQL file, beside the definition.</summary>
    public required string Sql { get; init; }

    /// <summary>Schema-qualified table, with <c>ingestion_date</c> in its primary key.</summary>
    public required string Table { get; init; }

    /// <summary>Object keys with <c>{pipeline}</c> and <c>{run_date}</c>; none exports nothing.</summary>
    public IReadOnlyList<string> Export { get; set; } = [];

    /// <param name="pipeline">The pipeline's name.</param>
    /// <param name="runDate">The run date.</param>
    /// <param name="isNewest">Whether no later date has been loaded: a key without a date belongs to the newest.</param>
    public IEnumerable<string> ExportKeys(string pipeline, DateOnly runDate, bool isNewest = true) => Export
        .Where(key => isNewest || key.Contains(RunDate, StringComparison.Ordinal))
        .Select(key => key
            .Replace("{pipeline}", pipeline, StringComparison.Ordinal)
            .Replace(RunDate, runDate.ToString("yyyy-MM-dd", System.Globalization.CultureInfo.InvariantCulture), StringComparison.Ordinal));
}
