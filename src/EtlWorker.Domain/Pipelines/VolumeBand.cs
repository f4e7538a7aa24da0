namespace EtlWorker.Domain.Pipelines;

/// <summary>How far the rows of a feed in a run may be from the median of its last runs.</summary>
public sealed record VolumeBand
{
    /// <summary>With fewer earlier runs nobody knows what is usual, and nothing is judged.</summary>
    public const int FewestRuns = 3;

    /// <summary>How many of the last runs count.</summary>
    public const int MostRuns = 10;

    /// <summary>Per cent of the median; fewer rows are too few. Null: no limit.</summary>
    [Allowed(Minimum = 0, Maximum = 100)]
    public double? MinPercent { get; init; }

    /// <summary>Per cent of the median; more rows are too many. Null: no limit.</summary>
    [Allowed(Minimum = 100)]
    public double? MaxPercent { get; init; }

    /// <summary>What a run outside of the band means.</summary>
    public Severity Severity { get; set; } = Severity.Fail;

    /// <summary>The median of the rows of earlier runs; of an even number of runs the mean of the two in the middle.</summary>
    /// <param name="runs">The rows of the last runs, in any order.</param>
    /// <returns>Null where there is nothing to compare with: too few runs, or most of them without rows.</returns>
    public static double? MedianOf(IReadOnlyList<long> runs)
    {
        if (runs.Count < FewestRuns)
        {
            return null;
        }

        var rows = runs.Order().ToList();
        var median = (rows[(rows.Count - 1) / 2] + rows[rows.Count / 2]) / 2.0;
        return median > 0 ? median : null;
    }

    /// <summary>Whether so many rows are within the band.</summary>
    /// <param name="rows">Of one date, or of several.</param>
    /// <param name="median">Of the earlier runs.</param>
    /// <param name="dates">Of how many dates they are: each may have as many, and a single one may be small.</param>
    public bool Holds(long rows, double median, int dates = 1) =>
        !(rows * 100.0 < MinPercent * median) && !(rows * 100.0 > MaxPercent * median * dates);
}
