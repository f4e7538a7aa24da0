namespace EtlWorker.Domain.Pipelines;

/// <summary>The days on which a run is expected: of the week, dates, or as a query says.</summary>
public sealed record ExpectedDays
{
    public static readonly ExpectedDays Every = new() { Weekdays = Enum.GetValues<DayOfWeek>() };

    public IReadOnlyList<DayOfWeek> Weekdays { get; init; } = [];

    public IReadOnlyList<DateOnly> Dates { get; init; } = [];

    /// <summary>Asked of each day, in place of a list; null where there is none.</summary>
    public DayQueryDefinition? Query { get; init; }

    /// <summary>Whether a run is expected on a date. A query must be asked besides.</summary>
    public bool Include(DateOnly date) => Query is not null || Weekdays.Contains(date.DayOfWeek) || Dates.Contains(date);

    /// <summary>The last day, where there is one: a list of dates alone comes to its end.</summary>
    public DateOnly? Last => Query is null && Weekdays.Count == 0 && Dates.Count > 0 ? Dates.Max() : null;
}
