namespace EtlWorker.Ledger.Runs;

/// <summary>How many rows a feed loaded before, all its files together.</summary>
/// <param name="Runs">In its last runs of earlier dates, newest first.</param>
/// <param name="OfDate">In the run of the date itself before this attempt, where what is loaded now is added to it.</param>
internal sealed record FormerRows(IReadOnlyList<long> Runs, long OfDate)
{
    public static readonly FormerRows None = new([], 0);

    /// <summary>In the last of those runs; null where there is none.</summary>
    public long? Last => Runs.Count > 0 ? Runs[0] : null;
}
