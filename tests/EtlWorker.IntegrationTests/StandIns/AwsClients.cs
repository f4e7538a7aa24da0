using Amazon.Runtime;
using Amazon.S3;
using Amazon.SQS;
using EtlWorker.StandIns;

namespace EtlWorker.IntegrationTests.StandIns;

/// <summary>The real SDK's clients, without retries, so that a test sees each answer once.</summary>
internal static class AwsClients
{
    private static readonly BasicAWSCredentials Anyone = new("test", "test");

    public static AmazonS3Client S3(LocalAws aws, TamperingHandler? between = null) => new(Anyone, new AmazonS3Config
    {
        HttpClientFactory = between?.Factory,
        ServiceURL = aws.Endpoint.ToString(),
        AuthenticationRegion = aws.Region,
        ForcePathStyle = true,
        MaxErrorRetry = 0,
    });

    public static AmazonSQSClient Sqs(LocalAws aws) => new(Anyone, new AmazonSQSConfig
    {
        ServiceURL = aws.Endpoint.ToString(),
        AuthenticationRegion = aws.Region,
        MaxErrorRetry = 0,
    });
}
