namespace EtlWorker.SampleData;

/// <summary>What to generate. Equal options give equal bytes on every platform and .NET version.</summary>
public sealed record SampleOptions
{
    /// <summary>Orders reach this many months back from <see cref="AsOf"/>.</summary>
    internal const int MonthsOfOrders = 20;

    /// <summary>The earliest <see cref="AsOf"/> that leaves room for the months before it.</summary>
    public static readonly DateOnly EarliestAsOf = DateOnly.MinValue.AddMonths(MonthsOfOrders);

    public int Orders { get; init; } = 10_000;

    public int Seed { get; init; } = 1;

    /// <summary>The last day on which anything was ordered, shipped or delivered.</summary>
    public required DateOnly AsOf { get; init; }

    /// <summary>How many orders carry one field that a loader must refuse.</summary>
    public int BadRows { get; init; }

    internal DateOnly FirstOrderDate => AsOf.AddMonths(-MonthsOfOrders);

    internal void ThrowIfOutOfRange()
    {
        ArgumentOutOfRangeException.ThrowIfNegative(Orders, nameof(Orders));
        ArgumentOutOfRangeException.ThrowIfNegative(BadRows, nameof(BadRows));
        ArgumentOutOfRangeException.ThrowIfGreaterThan(BadRows, Orders, nameof(BadRows));
        ArgumentOutOfRangeException.ThrowIfLessThan(AsOf, EarliestAsOf, nameof(AsOf));
    }
}
