namespace EtlWorker.Manual;

/// <summary>What a person asks a run of.</summary>
/// <param name="RunDate">Its date.</param>
/// <param name="AsOf">The date up to which its analyses look; null for the definition's own.</param>
/// <param name="Files">The full path of the folder whose files it loads; null for the current objects of the source.</param>
internal sealed record ManualOptions(DateOnly RunDate, DateOnly? AsOf, string? Files);
