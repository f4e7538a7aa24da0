using System.Globalization;
using Amazon;
using Amazon.Runtime;
using Amazon.Runtime.Signing;

namespace EtlWorker.Storage;

/// <summary>
/// What RDS takes in place of a password: a request to connect, signed on this machine with the worker's credentials. The server
/// looks at it when a connection is opened, within a quarter of an hour; an open connection outlives it. RDSAuthTokenGenerator of
/// AWSSDK.RDS makes the same, and replaces this class when it can be had.
/// </summary>
/// <remarks>https://docs.aws.amazon.com/AmazonRDS/latest/UserGuide/UsingWithRDS.IAMDBAuth.Connecting.html</remarks>
internal static class RdsToken
{
    private static readonly TimeSpan Lifetime = TimeSpan.FromMinutes(15);

    /// <param name="host">The database's endpoint, as the worker connects to it.</param>
    /// <param name="port">Its port.</param>
    /// <param name="user">The login.</param>
    /// <param name="region">Where the database is.</param>
    /// <param name="credentials">Of the role that may <c>rds-db:connect</c> as the login.</param>
    /// <param name="signedAt">The time to sign for; null for now.</param>
    /// <param name="cancellationToken">Cancels the question for credentials; there is no other.</param>
    public static async Task<string> CreateAsync(
        string host, int port, string user, RegionEndpoint region, AWSCredentials credentials, DateTime? signedAt,
        CancellationToken cancellationToken)
    {
        var request = new AWSSigningRequest
        {
            HttpMethod = HttpMethod.Get,
            RequestUri = new Uri(
                string.Create(CultureInfo.InvariantCulture, $"https://{host}:{port}/?Action=connect&DBUser={Uri.EscapeDataString(user)}")),
        };
        var parameters = new AWSSigV4Parameters { Credentials = credentials, Region = region, Service = "rds-db", SignedAt = signedAt };
        var signed = await AWSSigV4Signer.PresignAsync(request, parameters, Lifetime, cancellationToken);
        // The token is the address without its scheme.
        return signed.Uri.AbsoluteUri["https://".Length..];
    }
}
