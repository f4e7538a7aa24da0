using System.Net.Sockets;
using System.Security.Authentication;
using System.Security.Cryptography;
using Amazon.Runtime;
using Amazon.Runtime.Credentials;
using Npgsql;

namespace EtlWorker.Storage;

/// <summary>The connections of this process: a small pool for the ledger, and sessions that end when they are closed.</summary>
internal sealed class Database : IAsyncDisposable, IDisposable
{
    /// <summary>
    /// A pooler that takes no settings of a session shows itself by these. All others are set by <see cref="SessionSettings"/>.
    /// </summary>
    private const string StartOptions = "-c lock_timeout=30s -c idle_in_transaction_session_timeout=15min";

    /// <summary>
    /// What the watch over the worker counts on, whatever the connection string says: opening takes no longer, name lookup and TLS
    /// included, and a cancelled statement's connection is given up after this.
    /// </summary>
    private static readonly TimeSpan LongestOpening = TimeSpan.FromSeconds(15);
    private static readonly TimeSpan LongestCancelling = TimeSpan.FromSeconds(2);

    private readonly DatabaseOptions _options;
    private readonly NpgsqlConnectionStringBuilder _connection;
    private readonly NpgsqlDataSource _pool;
    private readonly NpgsqlDataSource _sessions;

    public Database(DatabaseOptions options)
    {
        _options = options;
        _connection = SettingsOf(options);
        Target = $"{_connection.Host}:{_connection.Port}/{_connection.Database}";
        var pooled = new NpgsqlConnectionStringBuilder(_connection.ConnectionString)
        {
            // A reset would returns what a role or a database has set. Nothing else stays behind: transactions are rolled back.
            NoResetOnClose = true,
        };
        _pool = Build(pooled.ConnectionString, Statements.ServerLimit);
        var session = new NpgsqlConnectionStringBuilder(_connection.ConnectionString)
        {
            Pooling = false,
            // A COPY or an analysis may take long; statements on the ledger have a limit of their own.
            CommandTimeout = StatementLimit.CommandTimeoutFor(options.StatementLimit),
        };
        session.Options = $"{session.Options} {StartOptions}".Trim();
        _sessions = Build(session.ConnectionString, options.StatementLimit);
    }

    /// <summary>host:port/database, for messages.</summary>
    public string Target { get; }

    /// <summary>How the worker and the server prove to each other who they are, for messages.</summary>
    public string Access =>
        $"{(_options.Authentication == DatabaseAuthentication.Iam ? "IAM token" : _options.Password is null ? "no password" : "password")} "
            + $"over {TransportSecurity.Describe(_connection)}";

    /// <summary>What a load does with the indexes of its table.</summary>
    public IndexOptions Indexes => _options.Indexes;

    /// <summary>The operator has asked for a connection on which somebody else could be the server.</summary>
    public bool IsWeak => TransportSecurity.IsWeak(_connection);

    /// <summary>A pooled connection, for single statements and short transactions.</summary>
    /// <exception cref="DatabaseUnreachableException">With what to do.</exception>
    public Task<NpgsqlConnection> OpenAsync(CancellationToken cancellationToken) => OpenAsync(_pool, cancellationToken);

    /// <summary>
    /// A connection of its own, for a session lock: closing it ends the session, so that a lock can never stay behind on
    /// an idle connection of the pool.
    /// </summary>
    /// <exception cref="DatabaseUnreachableException">With what to do.</exception>
    public Task<NpgsqlConnection> OpenSessionAsync(CancellationToken cancellationToken) => OpenAsync(_sessions, cancellationToken);

    /// <summary>Has the server end what a session is doing, where Npgsql cannot be asked to.</summary>
    public async Task CancelAsync(int session, CancellationToken cancellationToken)
    {
        await using var connection = await OpenAsync(cancellationToken);
        await using var command = connection.Embedded("Storage/cancel_session", ("session", session));
        await command.ExecuteNonQueryAsync(cancellationToken);
    }

    /// <summary>Has the pool open new connections from now on: after a fault of the server's, idle ones may be dead.</summary>
    public void ForgetConnections() => _pool.Clear();

    public void Dispose()
    {
        _sessions.Dispose();
        _pool.Dispose();
    }

    public async ValueTask DisposeAsync()
    {
        await _sessions.DisposeAsync();
        await _pool.DisposeAsync();
    }

    /// <summary>What the operator says, and what the worker adds or does not leave to anybody.</summary>
    internal static NpgsqlConnectionStringBuilder SettingsOf(DatabaseOptions options)
    {
        var connection = new NpgsqlConnectionStringBuilder(options.ConnectionString)
        {
            ApplicationName = "etlworker",
            Password = options.Password,
            MaxPoolSize = 8,
            CommandTimeout = (int)Statements.TimeLimit.TotalSeconds,
            CancellationTimeout = (int)LongestCancelling.TotalMilliseconds,
            // Details of an error hold values of rows.
            IncludeErrorDetail = false,
        };
        // A Unix socket refuses them.
        (connection.TcpKeepAlive, connection.TcpKeepAliveTime, connection.TcpKeepAliveInterval) =
            TransportSecurity.IsUnixSocket(connection) ? (false, 0, 0) : (true, 30, 10);

        connection.Timeout =
            connection.Timeout == 0 ? (int)LongestOpening.TotalSeconds : Math.Min(connection.Timeout, (int)LongestOpening.TotalSeconds);
        TransportSecurity.Complete(connection, isDemanded: options.Authentication == DatabaseAuthentication.Iam);
        return connection;
    }

    private async Task<NpgsqlConnection> OpenAsync(NpgsqlDataSource source, CancellationToken cancellationToken)
    {
        try
        {
            return await source.OpenConnectionAsync(cancellationToken);
        }
        // Network, names, TLS, the file of certificates, credentials, and what the server says.
        catch (Exception fault) when (fault is NpgsqlException or SocketException or IOException or TimeoutException
            or AuthenticationException or CryptographicException or UnauthorizedAccessException or ArgumentException
            or AmazonClientException or AmazonServiceException)
        {
            throw ConnectFault.Explain(fault, _options, _connection);
        }
    }

    // The slim builder keeps what is not used out of the published binary.
    private NpgsqlDataSource Build(string connectionString, TimeSpan statementLimit)
    {
        var builder = new NpgsqlSlimDataSourceBuilder(connectionString).EnableArrays().EnableTransportSecurity().EnableIntegratedSecurity();
        // Npgsql would ask the catalogue for all types, by whatever search path the role has. None but PostgreSQL's own are sent or read.
        builder.ConfigureTypeLoading(types => types.EnableTypeLoading(false));
        builder.UsePhysicalConnectionInitializer(
            _ => throw new NotSupportedException("Connections are opened asynchronously."),
            connection => SessionSettings.ApplyAsync(connection, statementLimit));
        if (_options.Authentication == DatabaseAuthentication.Iam)
        {
            builder.UsePasswordProvider(_ => throw new NotSupportedException("Connections are opened asynchronously."), TokenAsync);
        }

        return builder.Build();
    }

    /// <summary>Asked for each physical connection, so that a token is always fresh.</summary>
    private async ValueTask<string> TokenAsync(NpgsqlConnectionStringBuilder connection, CancellationToken cancellationToken)
    {
        // The SDK keeps them and asks for new ones in time.
        var credentials = await DefaultAWSCredentialsIdentityResolver.GetCredentialsAsync().WaitAsync(LongestOpening, cancellationToken);
        return await RdsToken.CreateAsync(
            connection.Host!, connection.Port, connection.Username!, _options.Region!, credentials, null, cancellationToken)
            .WaitAsync(LongestOpening, cancellationToken);
    }
}
