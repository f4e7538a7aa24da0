using EtlWorker.Definitions;

namespace EtlWorker.IntegrationTests.Rigging;

/// <summary>A worker's pipelines, as a test gives them.</summary>
internal static class Given
{
    public static IPerPipeline<T> Each<T>(params T[] items) => new These<T>(items);

    /// <summary>All that the worker serves is known.</summary>
    public static IServedPipelines Complete { get; } = new All();

    private sealed class All : IServedPipelines
    {
        public IReadOnlyList<Pipeline> Now => [];

        public bool IsComplete { get; set; } = true;

        public void Add(Pipeline pipeline) => throw new NotSupportedException();

        public void Replace(Pipeline former, Pipeline next) => throw new NotSupportedException();
    }

    private sealed record These<T>(IReadOnlyList<T> Now) : IPerPipeline<T>;
}
