using System.Net;
using CliWrap;
using Npgsql;
using Xunit;

namespace EtlWorker.IntegrationTests.Rigging;

/// <summary>A PostgreSQL with TLS and a login that needs a password, as production has it.</summary>
public sealed class SecuredPostgres : IAsyncLifetime
{
    public const string Password = "it's a \"password\"; with=all that\\hurts ö";

    /// <summary>The server's address, and of another one that may stand in for it: not all of them are this machine.</summary>
    public const string Elsewhere = "127.0.0.1,db.invalid";

    private readonly PostgresServer _server = new();
    private readonly CertificateAuthority _authority = new("the right CA");
    private readonly CertificateAuthority _other = new("another CA");
    private readonly string _files = Directory.CreateTempSubdirectory("etlworker-ca-").FullName;

    /// <summary>The server's CA, as the second certificate of its file: a bundle as RDS publishes it.</summary>
    public string RightCa => Path.Combine(_files, "right.pem");

    public string WrongCa => Path.Combine(_files, "wrong.pem");

    public async ValueTask InitializeAsync()
    {
        await _server.InitializeAsync();
        await File.WriteAllTextAsync(RightCa, $"{_other.Pem}\n{_authority.Pem}\n");
        await File.WriteAllTextAsync(WrongCa, _other.Pem);
    }

    /// <summary>A new database of its login's own, without a host; the test is skipped where there is no PostgreSQL.</summary>
    public async Task<NpgsqlConnectionStringBuilder> CreateDatabaseAsync(CancellationToken cancellationToken)
    {
        var admin = await _server.CreateDatabaseAsync(cancellationToken);
        await using var connection = await PostgresServer.OpenAsync(admin, cancellationToken);
        await SecureAsync(connection, cancellationToken);
        var database = new NpgsqlConnectionStringBuilder(admin) { Host = null, Username = "etlworker" };
        await ExecuteAsync(connection, $"alter database {database.Database} owner to etlworker", cancellationToken);
        return database;
    }

    public async ValueTask DisposeAsync()
    {
        await _server.DisposeAsync();
        _authority.Dispose();
        _other.Dispose();
        Directory.Delete(_files, recursive: true);
    }

    private async Task SecureAsync(NpgsqlConnection connection, CancellationToken cancellationToken)
    {
        await using var question = new NpgsqlCommand(
            "select current_setting('data_directory'), exists (select from pg_roles where rolname = 'etlworker')", connection);
        await using (var answer = await question.ExecuteReaderAsync(cancellationToken))
        {
            await answer.ReadAsync(cancellationToken);
            if (answer.GetBoolean(1))
            {
                return;
            }

            await WriteFilesAsync(answer.GetString(0), cancellationToken);
        }

        await ExecuteAsync(connection, "alter system set ssl = on", cancellationToken);
        await ExecuteAsync(
            connection, $"create role etlworker login password '{Password.Replace("'", "''", StringComparison.Ordinal)}'",
            cancellationToken);
        await connection.CloseAsync();
        await _server.RestartAsync("fast");
        // What the restart left behind, of the database from which others are made too.
        NpgsqlConnection.ClearAllPools();
        await connection.OpenAsync(cancellationToken);
    }

    private async Task WriteFilesAsync(string data, CancellationToken cancellationToken)
    {
        using var certificate = _authority.Issue(IPAddress.Loopback);
        using var key = System.Security.Cryptography.X509Certificates.ECDsaCertificateExtensions.GetECDsaPrivateKey(certificate)!;
        await File.WriteAllTextAsync(Path.Combine(data, "server.crt"), certificate.ExportCertificatePem(), cancellationToken);
        var keyFile = Path.Combine(data, "server.key");
        await File.WriteAllTextAsync(keyFile, key.ExportPkcs8PrivateKeyPem(), cancellationToken);
        await Cli.Wrap("chmod").WithArguments(["600", keyFile]).ExecuteAsync(cancellationToken);
        // The tests may run as root, which PostgreSQL does not.
        await Cli.Wrap("chown")
            .WithArguments([$"--reference={data}", Path.Combine(data, "server.crt"), keyFile]).ExecuteAsync(cancellationToken);
        await File.WriteAllTextAsync(
            Path.Combine(data, "pg_hba.conf"),
            "hostssl all etlworker all scram-sha-256\nhost all etlworker all reject\nhost all postgres 127.0.0.1/32 trust\n",
            cancellationToken);
    }

    private static async Task ExecuteAsync(NpgsqlConnection connection, string sql, CancellationToken cancellationToken)
    {
#pragma warning disable CA2100 // Names and a password of our own making.
        await using var command = new NpgsqlCommand(sql, connection);
#pragma warning restore CA2100
        await command.ExecuteNonQueryAsync(cancellationToken);
    }
}
