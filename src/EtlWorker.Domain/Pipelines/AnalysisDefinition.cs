using System.Globalization;

namespace EtlWorker.Domain.Pipelines;

/// <summary>One SELECT over <c>@run_date</c> and <c>@as_of</c> whose result replaces the run date's rows of its table.</summary>
public sealed record AnalysisDefinition
{
    private const string RunDate = "{run_date}";

    /// <summary>The analysis' name, for notices and messages.</summary>
    [Allowed(Pattern = Forms.AnythingPattern, Form = Forms.Anything)]
    public required string Name { get; init; }

    /// <summary>SQL file, beside the definition: one SELECT with the table's columns but <c>ingestion_date</c>.</summary>
    [Allowed(Pattern = Forms.AnythingPattern, Form = Forms.Anything)]
    public required string Sql { get; init; }

    /// <summary>Schema-qualified table, with <c>ingestion_date</c> in its primary key.</summary>
    [Allowed(Pattern = Forms.TablePattern, Form = Forms.Table)]
    public required string Table { get; init; }

    /// <summary>The objects that its rows are written to; none exports nothing.</summary>
    public IReadOnlyList<ExportDefinition> Export { get; set; } = [];

    /// <param name="pipeline">The pipeline's name.</param>
    /// <param name="runDate">The run date.</param>
    /// <param name="isNewest">Whether no later date has been loaded: a key without a date belongs to the newest.</param>
    /// <returns>The exports with the keys of that date.</returns>
    public IEnumerable<ExportDefinition> ExportsOf(string pipeline, DateOnly runDate, bool isNewest = true) => Export
        .Where(export => isNewest || export.Key.Contains(RunDate, StringComparison.Ordinal))
        .Select(export => export with
        {
            Key = export.Key
                .Replace("{pipeline}", pipeline, StringComparison.Ordinal)
                .Replace(RunDate, runDate.ToString("yyyy-MM-dd", CultureInfo.InvariantCulture), StringComparison.Ordinal),
        });
}
