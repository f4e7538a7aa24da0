namespace EtlWorker.Domain.Batches;

/// <summary>Cuts what waits into the windows of batches.</summary>
internal interface IBatchTrigger
{
    /// <param name="oldestFirst">Drops of required feeds, and markers, that count.</param>
    /// <returns>Windows in the order in which they began, each with at least one drop.</returns>
    IEnumerable<BatchWindow> WindowsOf(IReadOnlyList<DatedDrop> oldestFirst);
}
