using Npgsql;

namespace EtlWorker.Storage;

/// <summary>The connections of this process: a small pool for the ledger, and sessions that end when they are closed.</summary>
internal sealed class Database : IAsyncDisposable
{
    private const string SessionSettings =
        "-c lock_timeout=30s -c idle_in_transaction_session_timeout=15min "
        + "-c tcp_keepalives_idle=30 -c tcp_keepalives_interval=10 -c tcp_keepalives_count=9 -c tcp_user_timeout=2min";

    private readonly NpgsqlDataSource _pool;
    private readonly NpgsqlDataSource _sessions;

    public Database(DatabaseOptions options)
    {
        var builder = new NpgsqlConnectionStringBuilder(options.ConnectionString)
        {
            ApplicationName = "etlworker",
            MaxPoolSize = 8,
            TcpKeepAlive = true,
            TcpKeepAliveTime = 30,
            TcpKeepAliveInterval = 10,
            // A COPY or an analysis may take long; statements on the ledger have a limit of their own.
            CommandTimeout = 0,
            // Details of an error hold values of rows.
            IncludeErrorDetail = false,
        };
        builder.Password = options.Password ?? builder.Password;
        Target = $"{builder.Host}:{builder.Port}/{builder.Database}";
        _pool = Build(builder.ConnectionString);
        builder.Pooling = false;
        // A run that waits for a table's lock fails that attempt instead of hanging. A session whose worker is lost gives its locks
        // back: left in a transaction after a quarter of an hour, and within two minutes when the worker's machine is gone, which the
        // server by itself would find out after two hours.
        builder.Options = $"{builder.Options} {SessionSettings}".Trim();
        _sessions = Build(builder.ConnectionString);
    }

    /// <summary>host:port/database, for messages.</summary>
    public string Target { get; }

    /// <summary>A pooled connection, for single statements and short transactions.</summary>
    public ValueTask<NpgsqlConnection> OpenAsync(CancellationToken cancellationToken) => _pool.OpenConnectionAsync(cancellationToken);

    /// <summary>
    /// A connection of its own, for a session lock: closing it ends the session, so that a lock can never stay behind on
    /// an idle connection of the pool.
    /// </summary>
    public ValueTask<NpgsqlConnection> OpenSessionAsync(CancellationToken cancellationToken) => _sessions.OpenConnectionAsync(cancellationToken);

    /// <summary>Has the server end what a session is doing, where Npgsql cannot be asked to.</summary>
    public async Task CancelAsync(int session, CancellationToken cancellationToken)
    {
        await using var connection = await OpenAsync(cancellationToken);
        await using var command = connection.Embedded("Storage/cancel_session", ("session", session));
        await command.ExecuteNonQueryAsync(cancellationToken);
    }

    /// <summary>Has the pool open new connections from now on: after a fault of the server's, idle ones may be dead.</summary>
    public void ForgetConnections() => _pool.Clear();

    public async ValueTask DisposeAsync()
    {
        await _sessions.DisposeAsync();
        await _pool.DisposeAsync();
    }

    // The slim builder keeps what is not used out of the published binary.
    private static NpgsqlDataSource Build(string connectionString) =>
        new NpgsqlSlimDataSourceBuilder(connectionString).EnableArrays().EnableTransportSecurity().EnableIntegratedSecurity().Build();
}
