namespace EtlWorker.Domain.Drops;

/// <summary>The way by which a drop was received.</summary>
public enum DropSource
{
    S3,
    Sns,
    EventBridge,
    Listing,

    /// <summary>A command named it; nothing but the command's own run loads it.</summary>
    Manual,
}
