using System.Net;
using System.Xml.Linq;
using Amazon;
using Amazon.Runtime;
using Amazon.Runtime.Signing;
using Amazon.S3;
using Amazon.SQS;

namespace EtlWorker.IntegrationTests.Deploying;

/// <summary>Somebody with credentials, and what he calls AWS with.</summary>
internal sealed class SignedIn(Uri endpoint, string region, ImmutableCredentials keys) : IDisposable
{
    private readonly AWSCredentials _credentials = keys.UseToken
        ? new SessionAWSCredentials(keys.AccessKey, keys.SecretKey, keys.Token)
        : new BasicAWSCredentials(keys.AccessKey, keys.SecretKey);

    private AmazonS3Client? _s3;
    private AmazonSQSClient? _sqs;

    public ImmutableCredentials Keys { get; } = keys;

    public IAmazonS3 S3 => _s3 ??= new AmazonS3Client(
        _credentials, new AmazonS3Config { ServiceURL = endpoint.ToString(), AuthenticationRegion = region, ForcePathStyle = true });

    public IAmazonSQS Sqs =>
        _sqs ??= new AmazonSQSClient(_credentials, new AmazonSQSConfig { ServiceURL = endpoint.ToString(), AuthenticationRegion = region });

    /// <summary>A call of a service that speaks the query protocol.</summary>
    /// <returns>The texts in an element of the answer, by its name; empty when there are none.</returns>
    /// <exception cref="HttpRequestException">It was refused; the status code says how.</exception>
    public async Task<Func<string, string>> CallAsync(
        string service, string version, string action, CancellationToken cancellationToken, params (string Name, string Value)[] fields)
    {
        using var http = new HttpClient(
            new SigV4SigningHandler(_credentials, RegionEndpoint.GetBySystemName(region), service, new SocketsHttpHandler()));
        using var form = new FormUrlEncodedContent(
            fields.Prepend(("Version", version))
                .Prepend(("Action", action)).Select(field => KeyValuePair.Create(field.Item1, field.Item2)));
        using var response = await http.PostAsync(endpoint, form, cancellationToken);
        var body = await response.Content.ReadAsStringAsync(cancellationToken);
        return response.StatusCode == HttpStatusCode.OK
            ? wanted => string.Join(
                ' ',
                XDocument.Parse(body).Descendants().Where(element => element.Name.LocalName == wanted).DescendantNodes().OfType<XText>())
            : throw new HttpRequestException($"{action}: {body}", null, response.StatusCode);
    }

    public Task<Func<string, string>> SnsAsync(
        string action, CancellationToken cancellationToken, params (string Name, string Value)[] fields) =>
        CallAsync("sns", "2010-03-31", action, cancellationToken, fields);

    public void Dispose()
    {
        _s3?.Dispose();
        _sqs?.Dispose();
    }
}
