using Npgsql;

namespace EtlWorker.Storage;

/// <summary>The connections of this process: one pool, small because one run executes at a time.</summary>
internal sealed class Database : IAsyncDisposable
{
    private readonly NpgsqlDataSource _source;

    public Database(DatabaseOptions options)
    {
        var builder = new NpgsqlConnectionStringBuilder(options.ConnectionString)
        {
            ApplicationName = "etlworker",
            MaxPoolSize = 8,
            TcpKeepAlive = true,
            TcpKeepAliveTime = 30,
            TcpKeepAliveInterval = 10,
            // A COPY or an analysis may take long; the command timeout would apply to both.
            CommandTimeout = 0,
            // Details of an error hold values of rows.
            IncludeErrorDetail = false,
        };
        builder.Password = options.Password ?? builder.Password;
        Target = $"{builder.Host}:{builder.Port}/{builder.Database}";
        _source = new NpgsqlSlimDataSourceBuilder(builder.ConnectionString)
            .EnableArrays()
            .EnableTransportSecurity()
            .EnableIntegratedSecurity()
            .Build();
    }

    /// <summary>host:port/database, for messages.</summary>
    public string Target { get; }

    public ValueTask<NpgsqlConnection> OpenAsync(CancellationToken cancellationToken) => _source.OpenConnectionAsync(cancellationToken);

    public ValueTask DisposeAsync() => _source.DisposeAsync();
}
