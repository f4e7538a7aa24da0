using EtlWorker.SampleData;

namespace EtlWorker.IntegrationTests.Rigging;

/// <summary>A generated sample feed on disk.</summary>
internal sealed class SampleDirectory : IDisposable
{
    public SampleDirectory(int orders, int seed = 1, DateOnly? asOf = null, int badRows = 0) => SampleFeed.WriteAll(
        Path, new SampleOptions { Orders = orders, Seed = seed, BadRows = badRows, AsOf = asOf ?? new DateOnly(2026, 6, 30) });

    public string Path { get; } = Directory.CreateTempSubdirectory("etlworker-sample-").FullName;

    public void Dispose() => Directory.Delete(Path, recursive: true);
}
