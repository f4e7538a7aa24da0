using EtlWorker.Definitions;

namespace EtlWorker.IntegrationTests.Rigging;

/// <summary>A worker's pipelines, as a test gives them.</summary>
internal static class Given
{
    public static IPerPipeline<T> Each<T>(params T[] items) => new These<T>(items);

    private sealed record These<T>(IReadOnlyList<T> Now) : IPerPipeline<T>;
}
