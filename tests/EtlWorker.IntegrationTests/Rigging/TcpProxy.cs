using System.Collections.Concurrent;
using System.Net;
using System.Net.Sockets;

namespace EtlWorker.IntegrationTests.Rigging;

/// <summary>
/// A port that refuses until it is opened, and then forwards: a server that is down, and comes up. What goes to the server can be
/// looked at on its way, so that something can happen at an exact byte; links can be cut, or silenced.
/// </summary>
internal sealed class TcpProxy : IAsyncDisposable
{
    private readonly CancellationTokenSource _stop = new();
    private readonly Socket _listener = new(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp);
    private readonly ConcurrentDictionary<ProxiedLink, Task> _links = new();
    private readonly IPEndPoint _target;
    private Task _accepting = Task.CompletedTask;
    private volatile bool _shut;

    public TcpProxy(IPEndPoint target)
    {
        _target = target;
        // Bound and not listening: the port is ours, and connections are refused.
        _listener.Bind(new IPEndPoint(IPAddress.Loopback, 0));
    }

    public TcpProxy(PostgresServer postgres)
        : this(new IPEndPoint(IPAddress.Loopback, postgres.Port)) => Open();

    /// <param name="link">The connection.</param>
    /// <param name="sent">What came from the client, and has not been forwarded yet.</param>
    /// <returns>How many of the bytes are forwarded; when not all are, the link is cut behind them.</returns>
    public delegate int Inspector(ProxiedLink link, ReadOnlySpan<byte> sent);

    public int Port => ((IPEndPoint)_listener.LocalEndPoint!).Port;

    /// <summary>Sees each piece on its way to the server, one after the other whatever the number of links.</summary>
    public Inspector? Inspect { get; set; }

    /// <summary>Lets connections through: the first time, or again.</summary>
    public void Open()
    {
        _shut = false;
        if (_accepting.IsCompleted)
        {
            _listener.Listen();
            _accepting = AcceptAsync();
        }
    }

    /// <summary>Cuts every link, and every new one as soon as it is made, until <see cref="Open"/>.</summary>
    public void Shut()
    {
        _shut = true;
        Cut();
    }

    /// <summary>Cuts every link; new ones may be made.</summary>
    public void Cut()
    {
        foreach (var link in _links.Keys)
        {
            link.Cut();
        }
    }

    public async ValueTask DisposeAsync()
    {
        await _stop.CancelAsync();
        _listener.Dispose();
        await _accepting;
        Cut();
        await Task.WhenAll(_links.Values);
        _stop.Dispose();
    }

    private async Task AcceptAsync()
    {
        try
        {
            while (true)
            {
                var client = await _listener.AcceptAsync(_stop.Token);
                if (_shut)
                {
                    client.Dispose();
                    continue;
                }

                var link = new ProxiedLink(client, _target, Look);
                _links[link] = ForwardAsync(link);
            }
        }
        catch (Exception end) when (end is OperationCanceledException or SocketException or ObjectDisposedException)
        {
            // The proxy ends.
        }
    }

    private async Task ForwardAsync(ProxiedLink link)
    {
        await link.ForwardAsync(_stop.Token);
        _links.TryRemove(link, out _);
    }

    private int Look(ProxiedLink link, ReadOnlySpan<byte> sent)
    {
        lock (_links)
        {
            return Inspect?.Invoke(link, sent) ?? sent.Length;
        }
    }
}
