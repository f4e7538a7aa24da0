using System.Buffers.Binary;
using System.Globalization;
using System.Net;
using System.Net.Security;
using System.Net.Sockets;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using System.Text;

namespace EtlWorker.IntegrationTests.Rigging;

/// <summary>
/// In front of a PostgreSQL that trusts everybody: speaks TLS and asks for an IAM token as RDS does, by AuthenticationCleartextPassword.
/// It computes the token's signature by itself, from the words of the specification, and lets through or denies as RDS does.
/// </summary>
/// <remarks>https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_sigv-create-signed-request.html</remarks>
internal sealed class RdsFront : IAsyncDisposable
{
    public const string Region = "eu-north-1";
    public const string AccessKey = "AKIDEXAMPLE";
    public const string Secret = "wJalrXUtnFEMI/K7MDENG+bPxRfiCYEXAMPLEKEY";
    public const string Session = "session/token+==";

    private readonly TcpListener _listener = new(IPAddress.Loopback, 0);
    private readonly CancellationTokenSource _stop = new();
    private readonly List<Task> _links = [];
    private readonly List<string> _tokens = [];
    private readonly X509Certificate2 _certificate;
    private readonly int _postgres;
    private readonly Task _accepting;

    public RdsFront(X509Certificate2 certificate, int postgres)
    {
        // SslStream wants the key beside it, not of the moment.
        _certificate = X509CertificateLoader.LoadPkcs12(certificate.Export(X509ContentType.Pkcs12), null);
        _postgres = postgres;
        _listener.Start();
        _accepting = AcceptAsync();
    }

    public int Port => ((IPEndPoint)_listener.LocalEndpoint).Port;

    /// <summary>Denies the best of tokens: the login was not granted rds_iam, or the role lost its right.</summary>
    public bool Denies { get; set; }

    /// <summary>What connections showed, in order.</summary>
    public IReadOnlyList<string> Tokens
    {
        get
        {
            lock (_tokens)
            {
                return [.. _tokens];
            }
        }
    }

    /// <summary>What is wrong with a token; empty when RDS would take it.</summary>
    /// <param name="token">The token.</param>
    /// <param name="host">host:port, as the client connects to it.</param>
    /// <param name="user">The login.</param>
    /// <param name="now">The time.</param>
    public static string FaultOf(string token, string host, string user, DateTimeOffset now)
    {
        var (address, query) = token.Split("/?", 2) is [var before, var after] ? (before, after) : ("", "");
        var said = query.Split('&').Select(pair => pair.Split('=', 2)).ToDictionary(pair => pair[0], pair => pair[1]);
        var date = said["X-Amz-Date"];
        var scope = $"{date[..8]}/{Region}/rds-db/aws4_request";
        var canonical = string.Join(
            '&', said.Where(pair => pair.Key != "X-Amz-Signature").OrderBy(pair => pair.Key, StringComparer.Ordinal).Select(pair =>
                $"{pair.Key}={pair.Value}"));
        var request = $"GET\n/\n{canonical}\nhost:{address}\n\nhost\n{Hex(SHA256.HashData([]))}";
        var toSign = $"AWS4-HMAC-SHA256\n{date}\n{scope}\n{Hex(SHA256.HashData(Encoding.UTF8.GetBytes(request)))}";
        var key = new[] { date[..8], Region, "rds-db", "aws4_request" }.Aggregate(Encoding.UTF8.GetBytes($"AWS4{Secret}"), Mac);
        var at = DateTimeOffset.ParseExact(date, "yyyyMMdd'T'HHmmss'Z'", CultureInfo.InvariantCulture, DateTimeStyles.AssumeUniversal);
        return said switch
        {
            _ when address != host => $"for {address}",
            _ when said["Action"] != "connect" || said["DBUser"] != user => $"to {said["Action"]} as {said["DBUser"]}",
            _ when Uri.UnescapeDataString(said["X-Amz-Credential"]) != $"{AccessKey}/{scope}" => $"by {said["X-Amz-Credential"]}",
            _ when Uri.UnescapeDataString(said["X-Amz-Security-Token"]) != Session => "of another session",
            _ when said["X-Amz-Expires"] != "900" || (now - at).Duration() > TimeSpan.FromMinutes(15) => $"of {date}",
            _ when said["X-Amz-Signature"] != Hex(Mac(key, toSign)) => "not signed with the secret",
            _ => "",
        };
    }

    public async ValueTask DisposeAsync()
    {
        await _stop.CancelAsync();
        _listener.Stop();
        await _accepting;
        await Task.WhenAll(_links);
        _certificate.Dispose();
        _stop.Dispose();
    }

    private async Task AcceptAsync()
    {
        try
        {
            while (true)
            {
                _links.Add(ServeAsync(await _listener.AcceptTcpClientAsync(_stop.Token)));
            }
        }
        catch (Exception end) when (end is OperationCanceledException or SocketException)
        {
            // The front ends.
        }
    }

    private async Task ServeAsync(TcpClient client)
    {
        try
        {
            using (client)
            {
                await ServeAsync(client.GetStream());
            }
        }
        catch (Exception end) when (
            end is IOException or SocketException or OperationCanceledException or System.Security.Authentication.AuthenticationException)
        {
            // The client went away, or does not believe the certificate.
        }
    }

    private async Task ServeAsync(NetworkStream plain)
    {
        // SSLRequest; then the startup message within TLS: length, protocol, pairs of words.
        await plain.ReadExactlyAsync(new byte[8], _stop.Token);
        await plain.WriteAsync("S"u8.ToArray(), _stop.Token);
        await using var secure = new SslStream(plain);
        await secure.AuthenticateAsServerAsync(new SslServerAuthenticationOptions { ServerCertificate = _certificate }, _stop.Token);
        var startup = await ReadAsync(secure);
        var words = Encoding.UTF8.GetString(startup.AsSpan(8)).Split('\0');
        var user = words[Array.IndexOf(words, "user") + 1];

        // AuthenticationCleartextPassword, answered by PasswordMessage.
        await secure.WriteAsync(new byte[] { (byte)'R', 0, 0, 0, 8, 0, 0, 0, 3 }, _stop.Token);
        await secure.ReadExactlyAsync(new byte[1], _stop.Token);
        var token = Encoding.UTF8.GetString((await ReadAsync(secure)).AsSpan(4)).TrimEnd('\0');
        lock (_tokens)
        {
            _tokens.Add(token);
        }

#pragma warning disable RS0030 // The worker signs by the machine's clock.
        var fault = FaultOf(token, $"127.0.0.1:{Port}", user, TimeProvider.System.GetUtcNow());
#pragma warning restore RS0030
        if (Denies || fault.Length > 0)
        {
            await DenyAsync(secure, user);
            return;
        }

        using var server = new TcpClient();
        await server.ConnectAsync(IPAddress.Loopback, _postgres, _stop.Token);
        var trusting = server.GetStream();
        await trusting.WriteAsync(startup, _stop.Token);
        await Task.WhenAny(secure.CopyToAsync(trusting, _stop.Token), trusting.CopyToAsync(secure, _stop.Token));
    }

    /// <returns>A message from its length on.</returns>
    private async Task<byte[]> ReadAsync(Stream stream)
    {
        var length = new byte[4];
        await stream.ReadExactlyAsync(length, _stop.Token);
        var message = new byte[BinaryPrimitives.ReadInt32BigEndian(length)];
        length.CopyTo(message, 0);
        await stream.ReadExactlyAsync(message.AsMemory(4), _stop.Token);
        return message;
    }

    private async Task DenyAsync(Stream stream, string user)
    {
        var fields = Encoding.UTF8.GetBytes($"SFATAL\0VFATAL\0C28000\0MPAM authentication failed for user \"{user}\"\0\0");
        var message = new byte[5 + fields.Length];
        message[0] = (byte)'E';
        BinaryPrimitives.WriteInt32BigEndian(message.AsSpan(1), 4 + fields.Length);
        fields.CopyTo(message, 5);
        await stream.WriteAsync(message, _stop.Token);
    }

    private static byte[] Mac(byte[] key, string text) => HMACSHA256.HashData(key, Encoding.UTF8.GetBytes(text));

    private static string Hex(byte[] bytes) => Convert.ToHexStringLower(bytes);
}
