using System.Globalization;
using System.Text;
using System.Text.Json.Nodes;

namespace EtlWorker.Benchmarks;

/// <summary>LocalAws as a process of its own. A file is put there once; each load is notified of it by a message.</summary>
internal sealed class ObjectServer : IDisposable
{
    private const string Bucket = "landing";
    private const string Queue = "drops";
    private static readonly TimeSpan ForAnUpload = TimeSpan.FromMinutes(10);
    private readonly Child _server;
    private readonly HttpClient _http = new() { Timeout = ForAnUpload };
    private readonly Uri _endpoint;

    private ObjectServer(Child server, Uri endpoint) => (_server, _endpoint) = (server, endpoint);

    public TimeSpan Cpu => ProcessReading.Cpu(_server.Id);

    /// <summary>What a worker needs to find it.</summary>
    public Dictionary<string, string> Environment => new()
    {
        ["AWS_ENDPOINT_URL"] = _endpoint.GetLeftPart(UriPartial.Authority),
        ["AWS_REGION"] = "us-east-1",
        ["AWS_ACCESS_KEY_ID"] = "test",
        ["AWS_SECRET_ACCESS_KEY"] = "test",
        ["ETLWORKER__QUEUE__URL"] = QueueUrl,
        ["ETLWORKER__PIPELINE__BUCKET"] = Bucket,
        ["ETLWORKER__NOTIFY__TOPICARN"] = "arn:aws:sns:us-east-1:000000000000:notices",
    };

    private string QueueUrl => new Uri(_endpoint, $"000000000000/{Queue}").ToString();

    public static async Task<ObjectServer> StartAsync(string program, CancellationToken cancellationToken)
    {
        // The bucket tells the first queue, to which nobody listens.
        var server = new Child(program, ["serve", "--bucket", Bucket, "--queue", "quiet", "--queue", Queue, "--topic", "notices"]);
        var ready = await server.SeeAsync("ready ", cancellationToken);
        return new ObjectServer(server, new Uri(ready["ready ".Length..]));
    }

    /// <returns>The object, as a notification describes it.</returns>
    public Task<DroppedFile> PutAsync(string path, CancellationToken cancellationToken) =>
        PutAsync(path, Path.GetFileName(path), cancellationToken);

    /// <inheritdoc cref="PutAsync(string, CancellationToken)"/>
    public async Task<DroppedFile> PutAsync(string path, string key, CancellationToken cancellationToken)
    {
        await using var stream = File.OpenRead(path);
        using var content = new StreamContent(stream);
        using var response = await _http.PutAsync(new Uri(_endpoint, $"{Bucket}/{key}"), content, cancellationToken);
        response.EnsureSuccessStatusCode();
        return new DroppedFile(
            key, stream.Length, response.Headers.GetValues("x-amz-version-id").First(),
            response.Headers.ETag!.Tag.Trim('"'));
    }

    /// <summary>Tells the worker that the object has landed just now.</summary>
    public async Task TellAsync(DroppedFile file, DateTimeOffset now, CancellationToken cancellationToken)
    {
        var item = new JsonObject { ["key"] = file.Key, ["size"] = file.Bytes, ["versionId"] = file.VersionId, ["eTag"] = file.ETag };
        var record = new JsonObject
        {
            ["eventName"] = "ObjectCreated:Put",
            ["eventTime"] = now.UtcDateTime.ToString("yyyy-MM-dd'T'HH:mm:ss.fff'Z'", CultureInfo.InvariantCulture),
            ["s3"] = new JsonObject { ["bucket"] = new JsonObject { ["name"] = Bucket }, ["object"] = item },
        };
        var notification = new JsonObject { ["Records"] = new JsonArray(record) };
        var message = new JsonObject { [nameof(QueueUrl)] = QueueUrl, ["MessageBody"] = notification.ToJsonString() };
        using var request = new HttpRequestMessage(HttpMethod.Post, _endpoint);
        request.Headers.Add("X-Amz-Target", "AmazonSQS.SendMessage");
        request.Content = new StringContent(message.ToJsonString(), Encoding.UTF8, "application/x-amz-json-1.0");
        using var response = await _http.SendAsync(request, cancellationToken);
        response.EnsureSuccessStatusCode();
    }

    public void Dispose()
    {
        _http.Dispose();
        _server.Dispose();
    }
}
