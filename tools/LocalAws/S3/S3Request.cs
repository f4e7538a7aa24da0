using EtlWorker.StandIns.Http;

namespace EtlWorker.StandIns.S3;

/// <summary>A path-style S3 request: <c>/bucket/key?subresource</c>.</summary>
internal sealed class S3Request
{
    public S3Request(HttpContext context, AwsRequest request)
    {
        Context = context;
        Request = request;
        // From the raw target: the server's own path would fold "//" and ".." that are part of a key.
        var path = request.Target.Split('?')[0].TrimStart('/');
        var slash = path.IndexOf('/', StringComparison.Ordinal);
        Bucket = Uri.UnescapeDataString(slash < 0 ? path : path[..slash]);
        Key = slash < 0 ? "" : Uri.UnescapeDataString(path[(slash + 1)..]);
    }

    public HttpContext Context { get; }

    public AwsRequest Request { get; }

    public string Bucket { get; }

    public string Key { get; }

    public string Method => Context.Request.Method;

    public CancellationToken Aborted => Context.RequestAborted;

    public string? VersionId => Query("versionId");

    public bool Has(string queryName) => Context.Request.Query.ContainsKey(queryName);

    public string? Query(string name) => Context.Request.Query.TryGetValue(name, out var value) ? value.ToString() : null;

    public string? Header(string name) => Context.Request.Headers.TryGetValue(name, out var value) ? value.ToString() : null;
}
