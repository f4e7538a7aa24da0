using System.Net;
using System.Net.Sockets;

namespace EtlWorker.IntegrationTests.Rigging;

/// <summary>
/// A port that refuses until it is opened, and then forwards: a server that is down, and comes up. It counts what goes to the
/// server, so that something can happen at an exact byte.
/// </summary>
internal sealed class TcpProxy : IAsyncDisposable
{
    private readonly CancellationTokenSource _stop = new();
    private readonly Socket _listener = new(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp);
    private readonly IPEndPoint _target;
    private Task _accepting = Task.CompletedTask;
    private long _forwarded;
    private long _at = long.MaxValue;
    private Action? _act;

    public TcpProxy(IPEndPoint target)
    {
        _target = target;
        // Bound and not listening: the port is ours, and connections are refused.
        _listener.Bind(new IPEndPoint(IPAddress.Loopback, 0));
    }

    public int Port => ((IPEndPoint)_listener.LocalEndPoint!).Port;

    /// <summary>Bytes forwarded to the server so far, of all connections.</summary>
    public long Forwarded => Interlocked.Read(ref _forwarded);

    /// <summary>Does something, once, when this many bytes have come for the server; the last of them are not forwarded before.</summary>
    public void At(long bytes, Action act) => (_at, _act) = (bytes, act);

    public void Open()
    {
        _listener.Listen();
        _accepting = AcceptAsync();
    }

    public async ValueTask DisposeAsync()
    {
        await _stop.CancelAsync();
        _listener.Dispose();
        await _accepting;
        _stop.Dispose();
    }

    private async Task AcceptAsync()
    {
        var pairs = new List<Task>();
        try
        {
            while (true)
            {
                pairs.Add(ForwardAsync(await _listener.AcceptAsync(_stop.Token)));
            }
        }
        catch (Exception end) when (end is OperationCanceledException or SocketException or ObjectDisposedException)
        {
            await Task.WhenAll(pairs);
        }
    }

    private async Task CountAsync(NetworkStream near, NetworkStream far)
    {
        var buffer = new byte[16 << 10];
        for (var read = await near.ReadAsync(buffer, _stop.Token); read > 0; read = await near.ReadAsync(buffer, _stop.Token))
        {
            if (Interlocked.Add(ref _forwarded, read) >= _at)
            {
                Interlocked.Exchange(ref _act, null)?.Invoke();
            }

            await far.WriteAsync(buffer.AsMemory(0, read), _stop.Token);
        }
    }

    private async Task ForwardAsync(Socket client)
    {
        using var server = new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp);
        try
        {
            await server.ConnectAsync(_target, _stop.Token);
            await using var near = new NetworkStream(client, ownsSocket: true);
            await using var far = new NetworkStream(server, ownsSocket: false);
            await Task.WhenAny(CountAsync(near, far), far.CopyToAsync(near, _stop.Token));
        }
        catch (Exception end) when (end is OperationCanceledException or SocketException or IOException)
        {
            // Either side has gone; both are closed.
        }
    }
}
