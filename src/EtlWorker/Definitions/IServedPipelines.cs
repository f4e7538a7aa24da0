namespace EtlWorker.Definitions;

/// <summary>The pipelines that are served, for whoever decides which ones.</summary>
internal interface IServedPipelines
{
    IReadOnlyList<Pipeline> Now { get; }

    /// <summary>Whether all are known: before that nothing is taken off the queue, for it can be recorded once.</summary>
    bool IsComplete { get; set; }

    /// <summary>Begins to serve a pipeline: with all that it has for itself.</summary>
    void Add(Pipeline pipeline);

    /// <summary>Ends one and begins another one: nobody finds neither of them.</summary>
    void Replace(Pipeline former, Pipeline next);
}
