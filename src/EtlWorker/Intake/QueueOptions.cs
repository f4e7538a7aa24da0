namespace EtlWorker.Intake;

/// <summary>The queue that is subscribed to the bucket's notifications.</summary>
internal sealed record QueueOptions(Uri Url)
{
    /// <summary>The region in which the worker asks for it; null where none is known.</summary>
    public string? Region { get; init; }
}
