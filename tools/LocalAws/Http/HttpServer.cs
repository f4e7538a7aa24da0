using System.Net;
using Microsoft.AspNetCore.Hosting.Server.Features;
using Microsoft.AspNetCore.Server.Kestrel.Core;
using Microsoft.AspNetCore.Server.Kestrel.Transport.Sockets;
using Microsoft.Extensions.Logging.Abstractions;
using Microsoft.Extensions.Options;

namespace EtlWorker.StandIns.Http;

/// <summary>
/// Kestrel without a host around it: many may run in one test process, and none reads its environment, logs, or takes its signals.
/// </summary>
internal sealed class HttpServer : IAsyncDisposable
{
    private readonly KestrelServer _server;
    private readonly FrontDoor _frontDoor;

    public HttpServer(int port, FrontDoor frontDoor)
    {
        _frontDoor = frontDoor;
        var options = new KestrelServerOptions();
        options.Listen(IPAddress.Loopback, port, listen => listen.Protocols = HttpProtocols.Http1);
        options.Limits.MaxRequestBodySize = null;
        options.Limits.MinRequestBodyDataRate = null;
        options.Limits.MinResponseDataRate = null;
        var transport = new SocketTransportFactory(Options.Create(new SocketTransportOptions()), NullLoggerFactory.Instance);
        _server = new KestrelServer(Options.Create(options), transport, NullLoggerFactory.Instance);
    }

    /// <summary>Answers where it listens.</summary>
    public async Task<Uri> StartAsync(CancellationToken cancellationToken)
    {
        await _server.StartAsync(_frontDoor, cancellationToken);
        return new Uri(_server.Features.Get<IServerAddressesFeature>()!.Addresses.Single());
    }

    public async ValueTask DisposeAsync()
    {
        // A token already cancelled: connections are aborted, not drained.
        await _server.StopAsync(new CancellationToken(canceled: true));
        _server.Dispose();
    }
}
