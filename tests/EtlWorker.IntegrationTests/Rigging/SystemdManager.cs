using System.Net.Sockets;
using System.Text;
using System.Threading.Channels;
using CliWrap;

namespace EtlWorker.IntegrationTests.Rigging;

/// <summary>
/// What systemd is to a unit of Type=notify: its parent, which passes SIGTERM on, and the socket that it notifies. The library that the
/// worker uses looks at its parent's name, so this one has that name.
/// </summary>
internal sealed class SystemdManager : IDisposable
{
    private readonly string _directory = Directory.CreateTempSubdirectory("etlworker-notify-").FullName;
    private readonly Socket _socket = new(AddressFamily.Unix, SocketType.Dgram, ProtocolType.Unspecified);
    private readonly Channel<string> _told = Channel.CreateUnbounded<string>();

    private SystemdManager()
    {
        _socket.Bind(new UnixDomainSocketEndPoint(NotifySocket));
        _ = ListenAsync();
    }

    private string NotifySocket => Path.Combine(_directory, "notify");

    private string Program => Path.Combine(_directory, "systemd");

    public static async Task<SystemdManager> CreateAsync()
    {
        var manager = new SystemdManager();
        // The second wait is for the worker's own end, after the signal has ended the first.
        await File.WriteAllTextAsync(manager.Program, "#!/bin/sh\n\"$@\" & child=$!\ntrap 'kill -TERM $child' TERM\n"
            + "wait $child\nended=$?\n[ $ended -gt 128 ] && { wait $child; ended=$?; }\nexit $ended\n");
        await Cli.Wrap("chmod").WithArguments(["755", manager.Program]).ExecuteAsync();
        return manager;
    }

    public WorkerProcess Start(Rig rig)
    {
        rig.Environment["NOTIFY_SOCKET"] = NotifySocket;
        return WorkerProcess.StartUnder(Program, rig.Environment);
    }

    /// <summary>What is reported up to a message that is like the one wanted, that one included.</summary>
    public async Task<IReadOnlyList<string>> UntilAsync(Func<string, bool> isWanted, CancellationToken cancellationToken)
    {
        var told = new List<string>();
        try
        {
            do
            {
                told.Add(await _told.Reader.ReadAsync(cancellationToken));
            }
            while (!isWanted(told[^1]));
            return told;
        }
        catch (OperationCanceledException)
        {
            throw new TimeoutException($"The worker told systemd only:\n{string.Join('\n', told)}");
        }
    }

    public Task<IReadOnlyList<string>> UntilAsync(string wanted, CancellationToken cancellationToken) =>
        UntilAsync(told => told == wanted, cancellationToken);

    public void Dispose()
    {
        _socket.Dispose();
        Directory.Delete(_directory, recursive: true);
    }

    private async Task ListenAsync()
    {
        var datagram = new byte[4096];
        try
        {
            while (true)
            {
                _told.Writer.TryWrite(Encoding.UTF8.GetString(datagram, 0, await _socket.ReceiveAsync(datagram)));
            }
        }
        catch (Exception end) when (end is SocketException or ObjectDisposedException or OperationCanceledException)
        {
            // Nobody asks any more.
        }
    }
}
