namespace EtlWorker.Definitions;

/// <summary>What each pipeline that is served now has of a kind, in the order of their names; paused ones among them.</summary>
/// <typeparam name="T">The kind: a service of a pipeline's own scope.</typeparam>
internal interface IPerPipeline<out T>
{
    /// <summary>A list that does not change; another one is given after a pipeline has come or gone.</summary>
    IReadOnlyList<T> Now { get; }
}
