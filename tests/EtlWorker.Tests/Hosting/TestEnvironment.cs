using System.Runtime.CompilerServices;

namespace EtlWorker.Tests.Hosting;

/// <summary>The region that the AWS SDK's chain finds first, so that no test asks the network for one.</summary>
internal static class TestEnvironment
{
    [ModuleInitializer]
    internal static void SetRegion()
    {
        Environment.SetEnvironmentVariable("AWS_REGION", "af-south-1");
        Environment.SetEnvironmentVariable("AWS_EC2_METADATA_DISABLED", "true");
        Environment.SetEnvironmentVariable("AWS_ENDPOINT_URL", null);
        Environment.SetEnvironmentVariable("AWS_ENDPOINT_URL_SNS", null);
    }
}
