namespace EtlWorker.Domain.Pipelines;

/// <summary>
/// How a file, or one of its columns, writes its values. What is null is as the feed has it, and where the feed is silent as PostgreSQL
/// writes it: a point, no thousands separator, yyyy-MM-dd, true and false.
/// </summary>
public record ValueFormat
{
    /// <summary>Unquoted fields with exactly one of these values are NULL; null: empty ones are.</summary>
    public IReadOnlyList<string>? Nulls { get; init; }

    /// <summary>What stands before the fraction of a number: a point or a comma.</summary>
    [Allowed(Words = [".", ","])]
    public char? Decimal { get; init; }

    /// <summary>What stands between groups of three digits: a point, a comma, an apostrophe or a space (no-break spaces as well).</summary>
    [Allowed(Words = [".", ",", "'", " "])]
    public char? Thousands { get; init; }

    /// <summary>The forms of a date, in .NET's letters; the first that fits counts.</summary>
    [Allowed(FewestEntries = 1)]
    public IReadOnlyList<string>? Dates { get; init; }

    /// <summary>The forms of a timestamp, with or without time zone.</summary>
    [Allowed(FewestEntries = 1)]
    public IReadOnlyList<string>? Timestamps { get; init; }

    /// <summary>The forms of a time of day.</summary>
    [Allowed(FewestEntries = 1)]
    public IReadOnlyList<string>? Times { get; init; }

    /// <summary>Twelve names for MMM and MMMM; null: the English ones.</summary>
    [Allowed(FewestEntries = 12, MostEntries = 12, Pattern = Forms.AnythingPattern, Form = Forms.Anything)]
    public IReadOnlyList<string>? Months { get; init; }

    /// <summary>The last year that a year of two digits can be: 2049 makes 50 the year 1950.</summary>
    [Allowed(Minimum = 99, Maximum = 9999)]
    public int? PivotYear { get; init; }

    /// <summary>IANA zone of a timestamp without an offset, in a column with time zone.</summary>
    public string? TimeZone { get; init; }

    /// <summary>What becomes of digits that the column does not keep; null: the row is refused.</summary>
    public Fractions? Fractions { get; init; }

    /// <summary>Pairs of words for true and false, <c>Y/N</c>, in any case; null: true/false, t/f and 1/0.</summary>
    [Allowed(FewestEntries = 1, Pattern = "^[^/]+/[^/]+$", Form = "the word for true, a slash and the word for false, Y/N")]
    public IReadOnlyList<string>? Booleans { get; init; }

    /// <summary>Whether an exact number may have an exponent, 1.5E3.</summary>
    public bool? Exponents { get; init; }

    /// <summary>This format where it says something, else the other's. Its own decimal sign leaves the other's thousands out.</summary>
    public ValueFormat Over(ValueFormat other) => new()
    {
        Nulls = Nulls ?? other.Nulls,
        Decimal = Decimal ?? other.Decimal,
        Thousands = Thousands ?? (Decimal is null ? other.Thousands : null),
        Dates = Dates ?? other.Dates,
        Timestamps = Timestamps ?? other.Timestamps,
        Times = Times ?? other.Times,
        Months = Months ?? other.Months,
        PivotYear = PivotYear ?? other.PivotYear,
        TimeZone = TimeZone ?? other.TimeZone,
        Fractions = Fractions ?? other.Fractions,
        Booleans = Booleans ?? other.Booleans,
        Exponents = Exponents ?? other.Exponents,
    };
}
