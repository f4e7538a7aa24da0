using System.Net.Sockets;
using CliWrap;
using Xunit;

namespace EtlWorker.IntegrationTests.Daily;

/// <summary>
/// S3, SQS and SNS that we did not write: the endpoint that <c>ETLWORKER_TEST_AWS_ENDPOINT</c> names, else
/// <c>moto_server</c> where the machine has it.
/// </summary>
public sealed class AnotherEndpoint : IAsyncLifetime
{
    private readonly CancellationTokenSource _stop = new();
    private Task? _moto;
    private Uri? _endpoint;

    public async ValueTask InitializeAsync()
    {
        if (Environment.GetEnvironmentVariable("ETLWORKER_TEST_AWS_ENDPOINT") is { Length: > 0 } named)
        {
            _endpoint = new Uri(named);
        }
        else if (await HasMotoAsync())
        {
            await StartMotoAsync();
        }
    }

    public Uri EndpointOrSkip()
    {
        Assert.SkipWhen(_endpoint is null, "no other endpoint: ETLWORKER_TEST_AWS_ENDPOINT is not set and there is no moto_server on this machine");
        return _endpoint!;
    }

    public async ValueTask DisposeAsync()
    {
        await _stop.CancelAsync();
        if (_moto is not null)
        {
            await _moto.ContinueWith(_ => { }, TaskScheduler.Default);
        }

        _stop.Dispose();
    }

    private static async Task<bool> HasMotoAsync()
    {
        var found = await Cli.Wrap("bash").WithArguments(["-c", "command -v moto_server"]).WithValidation(CommandResultValidation.None).ExecuteAsync();
        return found.ExitCode == 0;
    }

    private async Task StartMotoAsync()
    {
        var port = FreePort();
        var listening = new TaskCompletionSource();
        _moto = Cli.Wrap("moto_server").WithArguments(["-H", "127.0.0.1", "-p", $"{port}"])
            .WithValidation(CommandResultValidation.None)
            .WithStandardErrorPipe(PipeTarget.ToDelegate(line =>
            {
                if (line.Contains("Running on", StringComparison.Ordinal))
                {
                    listening.TrySetResult();
                }
            }))
            .ExecuteAsync(_stop.Token);
        await listening.Task.WaitAsync(TimeSpan.FromSeconds(60), TestContext.Current.CancellationToken);
        _endpoint = new Uri($"http://127.0.0.1:{port}/");
    }

    private static int FreePort()
    {
        using var listener = new TcpListener(System.Net.IPAddress.Loopback, 0);
        listener.Start();
        return ((System.Net.IPEndPoint)listener.LocalEndpoint).Port;
    }
}
