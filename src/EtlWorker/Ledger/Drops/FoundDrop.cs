using EtlWorker.Domain.Drops;

namespace EtlWorker.Ledger.Drops;

/// <summary>A drop that a person named by its id.</summary>
/// <param name="Id">Of <c>etl.drop</c>.</param>
/// <param name="Feed">Null where no feed takes it.</param>
/// <param name="Key">The object's key.</param>
/// <param name="Disposition">What became of it.</param>
/// <param name="RunDate">The date of the run that has, or had, it.</param>
/// <param name="IsInTables">Whether a run has loaded its rows, and they are there still.</param>
/// <param name="Reason">Why it became that, for a person.</param>
internal sealed record FoundDrop(
    long Id, string? Feed, string Key, DropDisposition Disposition, DateOnly? RunDate, bool IsInTables, string? Reason);
