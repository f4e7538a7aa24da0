using System.Diagnostics;
using System.Net;
using System.Net.Sockets;
using Npgsql;
using Xunit;

namespace EtlWorker.IntegrationTests.Rigging;

/// <summary>A real PgBouncer before the tests' server; the test is skipped where none is installed.</summary>
internal sealed class PgBouncer : IAsyncDisposable
{
    private static readonly string[] Places = ["/usr/sbin/pgbouncer", "/usr/bin/pgbouncer", "/usr/local/bin/pgbouncer"];
    private readonly string _directory;
    private readonly Process _process;
    private readonly int _port;
    private Task _log = Task.CompletedTask;

    private PgBouncer(string directory, Process process, int port) => (_directory, _process, _port) = (directory, process, port);

    /// <param name="postgres">The server behind it.</param>
    /// <param name="mode">Its <c>pool_mode</c>.</param>
    /// <param name="more">Further settings, a line each.</param>
    public static async Task<PgBouncer> StartAsync(PostgresServer postgres, string mode, string more = "")
    {
        var binary = Places.FirstOrDefault(File.Exists);
        Assert.SkipWhen(binary is null, "PgBouncer is not installed: apt-get install pgbouncer");
        var directory = Directory.CreateTempSubdirectory("etlworker-pgbouncer-").FullName;
        var port = FreePort();
        await File.WriteAllTextAsync(Path.Combine(directory, "users.txt"), "\"postgres\" \"\"\n");
        await File.WriteAllTextAsync(Path.Combine(directory, "pgbouncer.ini"),
            $"""
            [databases]
            * = host=127.0.0.1 port={postgres.Port}
            [pgbouncer]
            listen_addr = 127.0.0.1
            listen_port = {port}
            unix_socket_dir =
            auth_type = trust
            auth_file = {directory}/users.txt
            pool_mode = {mode}
            {more}
            """);
        // It refuses root as PostgreSQL does.
        if (!OperatingSystem.IsWindows())
        {
            File.SetUnixFileMode(
                directory,
                UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute
                    | UnixFileMode.OtherRead | UnixFileMode.OtherExecute);
        }

        string[] command = Environment.IsPrivilegedProcess
            ? ["setpriv", "--reuid=postgres", "--regid=postgres", "--clear-groups", binary!, $"{directory}/pgbouncer.ini"]
            : [binary!, $"{directory}/pgbouncer.ini"];
        var start = new ProcessStartInfo(command[0], command[1..]) { RedirectStandardError = true };
        var bouncer = new PgBouncer(directory, Process.Start(start)!, port);
        var said = new System.Text.StringBuilder();
        while (await bouncer._process.StandardError.ReadLineAsync(TestContext.Current.CancellationToken) is { } line)
        {
            said.AppendLine(line);
            if (line.Contains("process up", StringComparison.Ordinal))
            {
                // Read on, or it would stand still once the pipe is full.
                bouncer._log = bouncer._process.StandardError.ReadToEndAsync(CancellationToken.None);
                return bouncer;
            }
        }

        await bouncer.DisposeAsync();
        throw new InvalidOperationException($"PgBouncer did not start: {said}");
    }

    /// <summary>Has workers from now on reach the database through it.</summary>
    public void Use(Rig rig) => rig.Environment["ETLWORKER__DATABASE__CONNECTIONSTRING"] =
        new NpgsqlConnectionStringBuilder(rig.ConnectionString) { Port = _port }.ConnectionString;

    public async ValueTask DisposeAsync()
    {
        if (!_process.HasExited)
        {
            _process.Kill();
            await _process.WaitForExitAsync();
        }

        await _log;
        _process.Dispose();
        Directory.Delete(_directory, recursive: true);
    }

    private static int FreePort()
    {
        using var listener = new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp);
        listener.Bind(new IPEndPoint(IPAddress.Loopback, 0));
        return ((IPEndPoint)listener.LocalEndPoint!).Port;
    }
}
