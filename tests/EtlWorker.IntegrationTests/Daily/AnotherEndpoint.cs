using EtlWorker.IntegrationTests.Rigging;
using Xunit;

namespace EtlWorker.IntegrationTests.Daily;

/// <summary>
/// S3, SQS and SNS that we did not write: the endpoint that <c>ETLWORKER_TEST_AWS_ENDPOINT</c> names, else
/// <c>moto_server</c> where the machine has it.
/// </summary>
public sealed class AnotherEndpoint : IAsyncLifetime
{
    private MotoServer? _moto;
    private Uri? _endpoint;

    public async ValueTask InitializeAsync()
    {
        if (Environment.GetEnvironmentVariable("ETLWORKER_TEST_AWS_ENDPOINT") is { Length: > 0 } named)
        {
            _endpoint = new Uri(named);
        }
        else if (await MotoServer.IsHereAsync())
        {
            _moto = await MotoServer.StartAsync("moto_server");
            _endpoint = _moto.Endpoint;
        }
    }

    public Uri EndpointOrSkip()
    {
        Assert.SkipWhen(
            _endpoint is null, "no other endpoint: ETLWORKER_TEST_AWS_ENDPOINT is not set and there is no moto_server on this machine");
        return _endpoint!;
    }

    public ValueTask DisposeAsync() => _moto?.DisposeAsync() ?? ValueTask.CompletedTask;
}
