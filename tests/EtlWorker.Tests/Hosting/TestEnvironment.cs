using System.Runtime.CompilerServices;

namespace EtlWorker.Tests.Hosting;

/// <summary>
/// The region that the AWS SDK's chain finds first, so that no test asks the network for one; and a machine far from UTC, so
/// that a time read as local shows.
/// </summary>
internal static class TestEnvironment
{
    [ModuleInitializer]
    internal static void Set()
    {
        Environment.SetEnvironmentVariable("TZ", "Asia/Tokyo");
        TimeZoneInfo.ClearCachedData();
        Environment.SetEnvironmentVariable("AWS_REGION", "af-south-1");
        Environment.SetEnvironmentVariable("AWS_EC2_METADATA_DISABLED", "true");
        Environment.SetEnvironmentVariable("AWS_ENDPOINT_URL", null);
        Environment.SetEnvironmentVariable("AWS_ENDPOINT_URL_SNS", null);
    }
}
