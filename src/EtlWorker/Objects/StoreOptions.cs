namespace EtlWorker.Objects;

/// <summary>Where drops land and where results go.</summary>
/// <param name="Source">Where drops land.</param>
/// <param name="Results">Where results and rejected rows go.</param>
/// <param name="StableFor">How long a file of a folder must have been as it is before it is a drop.</param>
/// <param name="PublicIn">The region of a source that is somebody else's public bucket; null of another source.</param>
internal sealed record StoreOptions(StoreLocation Source, StoreLocation Results, TimeSpan StableFor, string? PublicIn)
{
    /// <summary>Whether nobody notifies of what lands, so that the source is looked at.</summary>
    public bool IsLookedAt => Source.Folder is not null || PublicIn is not null;
}
