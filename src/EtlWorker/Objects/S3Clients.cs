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
    public static AmazonS3Client Anonymous(string region) => Anonymous(
        region, Environment.GetEnvironmentVariable("AWS_ENDPOINT_URL_S3") ?? Environment.GetEnvironmentVariable("AWS_ENDPOINT_URL"));

    /// <param name="region">The bucket's.</param>
    /// <param name="endpoint">Another endpoint than AWS' own; null or empty for that.</param>
    public static AmazonS3Client Anonymous(string region, string? endpoint)
    {
        var config = Config();
        if (endpoint is { Length: > 0 })
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
