using Amazon.Runtime;

namespace EtlWorker.IntegrationTests.StandIns;

/// <summary>Changes requests and answers on their way, to play an endpoint that lacks something or lies.</summary>
internal sealed class TamperingHandler() : DelegatingHandler(new SocketsHttpHandler())
{
    public Action<HttpRequestMessage> Request { get; init; } = _ => { };

    public Action<HttpResponseMessage> Answer { get; init; } = _ => { };

    public HttpClientFactory Factory => new OneClient(this);

    protected override async Task<HttpResponseMessage> SendAsync(HttpRequestMessage request, CancellationToken cancellationToken)
    {
        Request(request);
        var answer = await base.SendAsync(request, cancellationToken);
        Answer(answer);
        return answer;
    }

    private sealed class OneClient(TamperingHandler handler) : HttpClientFactory
    {
        public override HttpClient CreateHttpClient(IClientConfig clientConfig) => new(handler);

        public override bool UseSDKHttpClientCaching(IClientConfig clientConfig) => false;

        public override bool DisposeHttpClientsAfterUse(IClientConfig clientConfig) => false;
    }
}
