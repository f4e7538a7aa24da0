using Amazon;
using Amazon.Runtime;
using Amazon.S3;

namespace EtlWorker.Objects;

/// <summary>Makes clients of S3.</summary>
internal static class S3Clients
{
    /// <summary>One that signs with the worker's credentials.</summary>
    public static AmazonS3Client Create() => new(Config());

    /// <summary>One that signs nothing, for a bucket that everybody may read.</summary>
    /// <param name="region">The bucket's.</param>
    public static AmazonS3Client Anonymous(string region)
    {
        var config = Config();
        if ((Environment.GetEnvironmentVariable("AWS_ENDPOINT_URL_S3") ?? Environment.GetEnvironmentVariable("AWS_ENDPOINT_URL"))
            is { Length: > 0 } endpoint)
        {
            (config.ServiceURL, config.AuthenticationRegion) = (endpoint, region);
        }
        else
        {
            config.RegionEndpoint = RegionEndpoint.GetBySystemName(region);
        }

        return new AmazonS3Client(new AnonymousAWSCredentials(), config);
    }

    // Version and length are checked by ourselves; S3's optional checksums would hash every body once more.
    private static AmazonS3Config Config() => new() { ResponseChecksumValidation = ResponseChecksumValidation.WHEN_REQUIRED };
}
