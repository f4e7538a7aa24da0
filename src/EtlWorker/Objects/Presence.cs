namespace EtlWorker.Objects;

/// <summary>Whether an object is there under its key now.</summary>
internal enum Presence
{
    Present,

    /// <summary>A delete marker says that somebody deleted it.</summary>
    Deleted,

    /// <summary>S3 does not know it: deleted, or not shown yet.</summary>
    Missing,

    /// <summary>The role may not ask: the read will tell.</summary>
    Unknown,
}
