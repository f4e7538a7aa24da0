using EtlWorker.Domain.Batches;

namespace EtlWorker.Definitions;

/// <summary>
/// One pipeline that this worker serves. What belongs to it and to no other is made for it in a scope of its own: its definition, the
/// decision on its batches, its lock (of its name), its loops.
/// </summary>
internal sealed class Pipeline(LoadedDefinition definition)
{
    public string Name => definition.Pipeline.Name;

    /// <summary>The definition with which its next run begins; a run that has begun keeps its own.</summary>
    public LoadedDefinition Definition => definition;

    public BatchPlanner Planner { get; } = new(definition.Pipeline, definition.Calendar);
}
