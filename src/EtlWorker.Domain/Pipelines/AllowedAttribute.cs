namespace EtlWorker.Domain.Pipelines;

/// <summary>
/// What a property of a definition may be, beyond its type: <c>pipelines/pipeline.schema.json</c> has it from here, and a definition is
/// checked by that schema.
/// </summary>
[AttributeUsage(AttributeTargets.Property)]
public sealed class AllowedAttribute : Attribute
{
    /// <summary>Of a number; NaN for none.</summary>
    public double Minimum { get; init; } = double.NaN;

    /// <summary>Of a number; NaN for none.</summary>
    public double Maximum { get; init; } = double.NaN;

    /// <summary>The words that it can be, where its type is no enum.</summary>
    public string[]? Words { get; init; }

    /// <summary>A regular expression of ECMA for the text, or for each entry of a list of texts.</summary>
    public string? Pattern { get; init; }

    /// <summary>What the pattern means, for a person: <c>schema.table</c>.</summary>
    public string? Form { get; init; }

    /// <summary>The fewest entries of a list.</summary>
    public int FewestEntries { get; init; }

    /// <summary>The most entries of a list; 0 for any number.</summary>
    public int MostEntries { get; init; }

    /// <summary>Whether no entry of a list may stand there twice.</summary>
    public bool IsUnique { get; init; }
}
