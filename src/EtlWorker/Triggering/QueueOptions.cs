namespace EtlWorker.Triggering;

/// <summary>The queue that is subscribed to the bucket's notifications.</summary>
internal sealed record QueueOptions(Uri Url);
