using Amazon;
using Amazon.Runtime;
using EtlWorker.Storage;
using Xunit;

namespace EtlWorker.Tests.Storage;

public sealed class RdsTokenTests
{
    private const string Host = "etl.abc123.af-south-1.rds.amazonaws.com";
    private const string Secret = "wJalrXUtnFEMI/K7MDENG+bPxRfiCYEXAMPLEKEY";
    private static readonly DateTime At = new(2026, 3, 1, 7, 5, 9, DateTimeKind.Utc);

    // The signatures are those of botocore 1.43.11 for the same words, RequestSigner.generate_presigned_url with its clock stopped.
    [Fact]
    public async Task A_token_is_the_one_that_botocore_makes() => Assert.Equal(
        $"{Host}:5432/?Action=connect&DBUser=etlworker&X-Amz-Expires=900&X-Amz-Algorithm=AWS4-HMAC-SHA256"
        + "&X-Amz-Credential=AKIDEXAMPLE%2F20260301%2Faf-south-1%2Frds-db%2Faws4_request"
        + "&X-Amz-Date=20260301T070509Z&X-Amz-SignedHeaders=host"
        + "&X-Amz-Signature=666e47a32b2e6a4a81132965f6048e236a05219d172bc3a221f877a87d8f53eb",
        await TokenAsync(5432, "etlworker", new BasicAWSCredentials("AKIDEXAMPLE", Secret)));

    [Fact]
    public async Task The_session_of_a_role_is_in_it_and_every_login_can_be_named() => Assert.Equal(
        $"{Host}:5433/?Action=connect&DBUser=etl%20worker%2Bx&X-Amz-Expires=900"
        + "&X-Amz-Security-Token=session%2Ftoken%2B%3D%3D&X-Amz-Algorithm=AWS4-HMAC-SHA256"
        + "&X-Amz-Credential=AKIDEXAMPLE%2F20260301%2Faf-south-1%2Frds-db%2Faws4_request"
        + "&X-Amz-Date=20260301T070509Z&X-Amz-SignedHeaders=host"
        + "&X-Amz-Signature=bfb73f25b8a9897b88e636311779141e8206066e66828fdd8799dc916f106468",
        await TokenAsync(5433, "etl worker+x", new SessionAWSCredentials("AKIDEXAMPLE", Secret, "session/token+==")));

    private static Task<string> TokenAsync(int port, string user, AWSCredentials credentials) =>
        RdsToken.CreateAsync(Host, port, user, RegionEndpoint.AFSouth1, credentials, At, TestContext.Current.CancellationToken);
}
