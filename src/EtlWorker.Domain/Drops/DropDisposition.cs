namespace EtlWorker.Domain.Drops;

/// <summary>What became of a drop. Stored in lower case.</summary>
public enum DropDisposition
{
    Pending,
    Claimed,
    Loaded,
    Failed,
    Held,
    Superseded,
    Ignored,
    Gone,

    /// <summary>A person does not want it: nothing takes it any more.</summary>
    Discarded,
}
