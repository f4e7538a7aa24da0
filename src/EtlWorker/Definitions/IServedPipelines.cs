namespace EtlWorker.Definitions;

/// <summary>The pipelines that are served, for whoever decides which ones.</summary>
internal interface IServedPipelines
{
    IReadOnlyList<Pipeline> Now { get; }

    /// <summary>Begins to serve a pipeline: with all that it has for itself.</summary>
    void Add(Pipeline pipeline);

    /// <summary>Ends it; called between <see cref="Pipeline.TryBegin"/> and never <see cref="Pipeline.End"/>.</summary>
    void Remove(Pipeline pipeline);
}
