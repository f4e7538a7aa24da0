using System.Net;
using System.Net.Sockets;

namespace EtlWorker.IntegrationTests.Rigging;

/// <summary>One connection through a <see cref="TcpProxy"/>.</summary>
internal sealed class ProxiedLink(Socket client, IPEndPoint target, TcpProxy.Inspector inspect)
{
    private readonly TaskCompletionSource _cut = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private volatile bool _losesReply;
    private volatile bool _silent;

    public void Cut() => _cut.TrySetResult();

    /// <summary>From now on the link forwards nothing, either way, and is not closed: a firewall that forgot it.</summary>
    public void Silence() => _silent = true;

    /// <summary>Cuts the link when the server answers what is on its way, and before the answer gets through.</summary>
    public void LoseReply() => _losesReply = true;

    public async Task ForwardAsync(CancellationToken stop)
    {
        using var server = new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp);
        try
        {
            await server.ConnectAsync(target, stop);
            await using var near = new NetworkStream(client, ownsSocket: true);
            await using var far = new NetworkStream(server, ownsSocket: false);
            await Task.WhenAny(AskAsync(near, far, stop), AnswerAsync(far, near, stop), _cut.Task);
        }
        catch (Exception over) when (over is OperationCanceledException or SocketException)
        {
            // There is no server, or nobody waits for it any more.
            client.Dispose();
        }
    }

    private async Task AskAsync(NetworkStream near, NetworkStream far, CancellationToken cancellationToken)
    {
        var buffer = new byte[16 << 10];
        for (var read = await near.ReadAsync(buffer, cancellationToken); read > 0; read = await near.ReadAsync(buffer, cancellationToken))
        {
            var passes = inspect(this, buffer.AsSpan(0, read));
            if (!_silent)
            {
                await far.WriteAsync(buffer.AsMemory(0, passes), cancellationToken);
            }

            if (passes < read)
            {
                return;
            }
        }
    }

    private async Task AnswerAsync(NetworkStream far, NetworkStream near, CancellationToken cancellationToken)
    {
        var buffer = new byte[16 << 10];
        for (var read = await far.ReadAsync(buffer, cancellationToken); read > 0; read = await far.ReadAsync(buffer, cancellationToken))
        {
            if (_losesReply)
            {
                return;
            }

            if (!_silent)
            {
                await near.WriteAsync(buffer.AsMemory(0, read), cancellationToken);
            }
        }

        // Who forgot a link does not report its end either.
        if (_silent)
        {
            await _cut.Task.WaitAsync(cancellationToken);
        }
    }
}
