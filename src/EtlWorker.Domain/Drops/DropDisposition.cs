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
}
