using EtlWorker.Domain.Pipelines;

namespace EtlWorker.Domain.Batches;

/// <summary>The kinds of triggers: the one place that knows which class stands for which.</summary>
public static class BatchTriggers
{
    /// <exception cref="ArgumentOutOfRangeException">This version has no trigger of the kind.</exception>
    public static IBatchTrigger Of(PipelineDefinition definition) => definition.Trigger.When switch
    {
        TriggerKind.Complete => new CompleteTrigger(definition),
        TriggerKind.Marker => new MarkerTrigger(definition),
        TriggerKind.Change => new ChangeTrigger(definition),
        var unknown => throw new ArgumentOutOfRangeException(nameof(definition), unknown, "This version has no such kind of trigger."),
    };
}
