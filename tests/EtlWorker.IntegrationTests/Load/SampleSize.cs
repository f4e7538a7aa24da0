using System.Globalization;

namespace EtlWorker.IntegrationTests.Load;

/// <summary>How much a test of random documents does: a little in each test run, as much as one likes by the environment.</summary>
internal static class SampleSize
{
    /// <summary><c>ETLWORKER_TEST_DOCUMENTS</c>, or what fits into an ordinary test run.</summary>
    public static int Documents(int ordinary) => Read("ETLWORKER_TEST_DOCUMENTS") ?? ordinary;

    /// <summary>
    /// <c>ETLWORKER_TEST_SEED</c>, which a failure names; without one the ordinary run is the same each time, and a long one is not.
    /// </summary>
    public static int Seed { get; } = Read("ETLWORKER_TEST_SEED")
        ?? (Read("ETLWORKER_TEST_DOCUMENTS") is null ? 1 : Environment.TickCount & 0xFFFFFF);

    private static int? Read(string name) =>
        int.TryParse(Environment.GetEnvironmentVariable(name), NumberStyles.None, CultureInfo.InvariantCulture, out var value)
            ? value
            : null;
}
