using Amazon;
using Amazon.Runtime;

namespace EtlWorker.Hosting;

/// <summary>The AWS region, by the SDK's own chain.</summary>
internal static class AwsRegion
{
    public const string Missing =
        "AWS_REGION is missing: neither the environment, nor a profile, nor the instance names the AWS region. Set AWS_REGION.";

    /// <returns>Null where nothing names one.</returns>
    public static RegionEndpoint? Find()
    {
        try
        {
            return FallbackRegionFactory.GetRegionEndpoint();
        }
        catch (AmazonClientException)
        {
            return null;
        }
    }
}
