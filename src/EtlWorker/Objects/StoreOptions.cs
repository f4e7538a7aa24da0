namespace EtlWorker.Objects;

/// <summary>Where drops land and where results go.</summary>
/// <param name="Source">Where drops land.</param>
/// <param name="Results">Where results and rejected rows go.</param>
/// <param name="StableFor">How long a file of a folder must have been as it is before it is a drop.</param>
internal sealed record StoreOptions(StoreLocation Source, StoreLocation Results, TimeSpan StableFor);
