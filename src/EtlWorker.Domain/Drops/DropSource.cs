namespace EtlWorker.Domain.Drops;

/// <summary>The way by which a drop was received.</summary>
public enum DropSource
{
    S3,
    Sns,
    EventBridge,
    Listing,
}
