using EtlWorker.SampleData;

namespace EtlWorker.IntegrationTests.Rigging;

/// <summary>A generated sample feed on disk.</summary>
internal sealed class SampleDirectory : IDisposable
{
    public SampleDirectory(int orders, int seed = 1, DateOnly? asOf = null) => SampleFeed.WriteAll(
        Path, new SampleOptions { Orders = orders, Seed = seed, AsOf = asOf ?? new DateOnly(2026, 6, 30) });

    public string Path { get; } = Directory.CreateTempSubdirectory("etlworker-sample-").FullName;

    public void Dispose() => Directory.Delete(Path, recursive: true);
}
