namespace EtlWorker.Domain.Pipelines;

/// <summary>What makes a batch ready.</summary>
public enum TriggerKind
{
    /// <summary>Every required feed has a drop inside the batch's window.</summary>
    Complete,

    /// <summary>A marker object landed and every required feed has a drop no newer than it.</summary>
    Marker,

    /// <summary>Any required feed dropped, and then nothing for a while.</summary>
    Change,
}
