using System.Net;
using System.Net.Sockets;
using CliWrap;

namespace EtlWorker.IntegrationTests.Rigging;

/// <summary>A moto server of a test's own: an AWS that we did not write.</summary>
internal sealed class MotoServer : IAsyncDisposable
{
    private static readonly TimeSpan StartsWithin = TimeSpan.FromMinutes(1);
    private readonly CancellationTokenSource _stop;
    private readonly Task _running;

    private MotoServer(Uri endpoint, Task running, CancellationTokenSource stop) => (Endpoint, _running, _stop) = (endpoint, running, stop);

    public Uri Endpoint { get; }

    /// <summary>Whether the machine has it.</summary>
    public static async Task<bool> IsHereAsync()
    {
        var found = await Cli.Wrap("bash").WithArguments(["-c", "command -v moto_server && python3 -c 'import moto.server'"])
            .WithValidation(CommandResultValidation.None).ExecuteAsync();
        return found.ExitCode == 0;
    }

    /// <param name="program">What is started: <c>moto_server</c>, or another one with its options.</param>
    /// <param name="arguments">What comes before address and port.</param>
    public static async Task<MotoServer> StartAsync(string program, params string[] arguments)
    {
        var port = FreePort();
        var stop = new CancellationTokenSource();
        var listening = new TaskCompletionSource();
        var running = Cli.Wrap(program).WithArguments([.. arguments, "-H", "127.0.0.1", "-p", $"{port}"])
            .WithValidation(CommandResultValidation.None)
            .WithStandardErrorPipe(PipeTarget.ToDelegate(line =>
            {
                if (line.Contains("Running on", StringComparison.Ordinal))
                {
                    listening.TrySetResult();
                }
            }))
            .ExecuteAsync(stop.Token);
        await listening.Task.WaitAsync(StartsWithin);
        return new MotoServer(new Uri($"http://127.0.0.1:{port}/"), running, stop);
    }

    public async ValueTask DisposeAsync()
    {
        await _stop.CancelAsync();
        await _running.ContinueWith(_ => { }, TaskScheduler.Default);
        _stop.Dispose();
    }

    private static int FreePort()
    {
        using var listener = new TcpListener(IPAddress.Loopback, 0);
        listener.Start();
        return ((IPEndPoint)listener.LocalEndpoint).Port;
    }
}
