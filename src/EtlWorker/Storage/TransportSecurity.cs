using System.Net;
using Npgsql;

namespace EtlWorker.Storage;

/// <summary>
/// TLS that knows whom it talks to, unless the operator says otherwise: Npgsql by itself takes whatever the server offers, no TLS
/// at all included.
/// </summary>
internal static class TransportSecurity
{
    /// <summary>Where the CA certificates of RDS are put; no system's own store has them.</summary>
    public const string RdsCa = "/etc/etlworker/rds-ca.pem";

    /// <param name="connection">Gets what it does not say itself.</param>
    /// <param name="isDemanded">Whether TLS is wanted within this machine as well.</param>
    /// <param name="rdsCa">The certificates to believe in, where there is such a file.</param>
    public static void Complete(NpgsqlConnectionStringBuilder connection, bool isDemanded, string rdsCa = RdsCa)
    {
        if (!IsChosen(connection) && (isDemanded || !IsLocal(connection)))
        {
            connection.SslMode = SslMode.VerifyFull;
        }

        if (connection.SslMode >= SslMode.VerifyCA && connection.RootCertificate is null && File.Exists(rdsCa))
        {
            connection.RootCertificate = rdsCa;
        }
    }

    /// <summary>Whether the operator says it; ContainsKey is true of every key that Npgsql knows.</summary>
    public static bool IsChosen(NpgsqlConnectionStringBuilder connection) => connection.Keys.Any(key => key == "SSL Mode");

    /// <summary>Whether somebody between here and there could read along, or be the server.</summary>
    public static bool IsWeak(NpgsqlConnectionStringBuilder connection) => connection.SslMode < SslMode.VerifyFull && !IsLocal(connection);

    /// <summary>For messages.</summary>
    public static string Describe(NpgsqlConnectionStringBuilder connection) => connection switch
    {
        { SslMode: >= SslMode.VerifyCA } => $"TLS {connection.SslMode} by {connection.RootCertificate ?? "the system's certificates"}",
        _ when !IsChosen(connection) => "a connection within this machine",
        _ => $"SSL Mode {connection.SslMode}",
    };

    /// <summary>Whether every host is a Unix socket: a directory, or a name in the abstract namespace.</summary>
    public static bool IsUnixSocket(NpgsqlConnectionStringBuilder connection) => HostsOf(connection).All(IsSocket);

    // Nothing leaves the machine; no name is resolved for this question.
    private static bool IsLocal(NpgsqlConnectionStringBuilder connection) => HostsOf(connection).All(host =>
        IsSocket(host)
        || NameOf(host) is var name && (name.Equals("localhost", StringComparison.OrdinalIgnoreCase)
            || (IPAddress.TryParse(name, out var address) && IPAddress.IsLoopback(address))));

    private static string[] HostsOf(NpgsqlConnectionStringBuilder connection) =>
        (connection.Host ?? "").Split(',', StringSplitOptions.TrimEntries);

    private static bool IsSocket(string host) => host.StartsWith('/') || host.StartsWith('@');

    // One of several hosts may have its port beside it.
    private static string NameOf(string host) =>
        host.Count(character => character == ':') == 1 ? host[..host.IndexOf(':', StringComparison.Ordinal)] : host;
}
